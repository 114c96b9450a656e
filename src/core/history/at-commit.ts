import type { ReferenceFunction } from '../model/reference.ts';
import type { Invocation } from '../snapshot/snapshot.ts';
import { markOf } from '../text.ts';
import type { HistoryLine } from './line.ts';
import { mergeLines } from './merge.ts';

/**
 * The functions that a history has at a commit, as far as they were built and measured by this leg as now: with the same tools, for the same
 * architecture, with the same profile, features, flags and variables. Empty where it has none, and then nothing is known of it: a line is written
 * for each function that was measured.
 */
export function functionsAtCommit(
  lines: readonly HistoryLine[],
  commit: string,
  { leg, invocation }: { readonly leg: string; readonly invocation: Invocation },
): readonly ReferenceFunction[] {
  const { arch, profile, coldgate, cargoLambda, rustc } = invocation;
  const build = buildMark(invocation);
  const own = lines.filter((line) => line.commit === commit && line.leg === leg && line.arch === arch && line.profile === profile);
  return mergeLines(own)
    .filter(
      ({ tools, ...line }) =>
        line.build === build && tools.coldgate === coldgate && tools.cargoLambda === cargoLambda && tools.rustc === rustc,
    )
    .map(({ function: name, crate, figures }) => ({ name, crate, figures }));
}

/** What of a build is neither its commit nor a tool, in 16 digits. */
export function buildMark({ arguments: given, prepare, environment, cargoConfig, zig }: Invocation): string {
  return markOf(JSON.stringify([given, prepare, Object.entries(environment).toSorted(), cargoConfig, zig]));
}

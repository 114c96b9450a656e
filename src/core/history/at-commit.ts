import type { ReferenceFunction } from '../model/reference.ts';
import type { HistoryLine } from './line.ts';
import { mergeLines } from './merge.ts';

/** What has to be alike for a line's figures to be those that a build here would have. */
export type BuiltAs = Pick<HistoryLine, 'leg' | 'arch' | 'profile'>;

/**
 * The functions that a history has at a commit, as they were built: of one leg, architecture and profile. Empty where it has none, and then
 * nothing is known of it: a line is written for each function that was measured.
 */
export function functionsAtCommit(lines: readonly HistoryLine[], commit: string, built: BuiltAs): readonly ReferenceFunction[] {
  const own = lines.filter(
    (line) => line.commit === commit && line.leg === built.leg && line.arch === built.arch && line.profile === built.profile,
  );
  return mergeLines(own).map(({ function: name, crate, figures }) => ({ name, crate, figures }));
}

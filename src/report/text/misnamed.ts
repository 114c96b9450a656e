import { lawOf } from '../../core/judge/limit-scopes.ts';
import { type Misnamed, misnamedAtBase, misnamedLimits } from '../../core/judge/misnamed.ts';
import { type UnmatchedCrates, unmatchedAmong, unmatchedCrates } from '../../core/judge/unmatched-crates.ts';
import type { Comparison } from '../../core/model/comparison.ts';
import type { LimitChange } from '../../core/model/limits.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { TextStyle } from './escape.ts';
import { sourceText } from './limits.ts';

/**
 * Limits that judge nothing, a line each: base's for no function, `"helth/zip: 5 MB" in Cargo.toml:12 judges nothing: there is no function "helth"; did
 * you mean "health"?`, and any for no crate, `"crate:sedre: 3 kB" (--limit) matches no crate at base or head; did you mean "serde"?`.
 */
export function misnamedLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const functions = misnamedAtBase(outcome.comparison).map((one) => {
    const { text, file, line } = one.line;
    return `${style.name(text)} in ${style.name(line === null ? file : `${file}:${line}`)} judges nothing: ${nobodyText(one, style)}`;
  });
  const crates = unmatchedCrates(outcome).map((one) => {
    const { text, source } = one.limit;
    const where = source.kind === 'input' ? `(${sourceText(source)})` : `in ${style.name(sourceText(source))}`;
    return `${style.name(text)} ${where} ${noCrateText(one, outcome.comparison, style)}`;
  });
  return [...functions, ...crates];
}

/** What a line that the change brings will judge nothing for; empty where it names somebody. */
export function misnamedText(comparison: Comparison, change: LimitChange, style: TextStyle): string {
  const { limits } = comparison.head.snapshot;
  const lines = change.kind === 'added' ? limits.filter(({ text, file }) => text === change.text && file === change.file) : [];
  const [misnamed] = misnamedLimits(lines, comparison);
  if (misnamed !== undefined) return `: ${nobodyText(misnamed, style)}`;
  const read = lawOf(lines).flatMap(({ set }) => (set.kind === 'off' ? [] : set.limits));
  const [unmatched] = unmatchedAmong(read, comparison);
  return unmatched === undefined ? '' : `: it ${noCrateText(unmatched, comparison, style)}`;
}

function nobodyText({ function: name, nearest }: Misnamed, style: TextStyle): string {
  return `there is no function ${style.name(name)}${nearest === null ? '' : `; did you mean ${style.name(nearest)}?`}`;
}

function noCrateText({ glob, nearest, some }: UnmatchedCrates, { base }: Comparison, style: TextStyle): string {
  const where = `matches no crate at ${base.kind === 'measured' ? 'base or head' : 'head'}${some ? ', where owners of bytes are known' : ''}`;
  switch (nearest.kind) {
    case 'none':
      return where;
    case 'std':
      return `${where}: what is in ${style.name(glob)} is counted with ${style.name('std')}`;
    case 'crate':
      return `${where}; did you mean ${style.name(nearest.name)}?`;
  }
}

import { type Misnamed, misnamedAtBase, misnamedLimits } from '../../core/judge/misnamed.ts';
import type { Comparison, LimitChange, Outcome } from '../../core/model.ts';
import type { TextStyle } from './escape.ts';

/** Base's lines that judge nothing: `"helth/zip: 5 MB" in Cargo.toml:12 judges nothing: there is no function "helth"; did you mean "health"?`. */
export function misnamedLines({ comparison }: Outcome, style: TextStyle): readonly string[] {
  return misnamedAtBase(comparison).map((one) => {
    const { text, file, line } = one.line;
    return `${style.name(text)} in ${style.name(line === null ? file : `${file}:${line}`)} judges nothing: ${nobodyText(one, style)}`;
  });
}

/** What a line that the change brings will judge nothing for; empty where it names somebody. */
export function misnamedText(comparison: Comparison, change: LimitChange, style: TextStyle): string {
  const { limits } = comparison.head.snapshot;
  const lines = change.kind === 'added' ? limits.filter(({ text, file }) => text === change.text && file === change.file) : [];
  const [first] = misnamedLimits(lines, comparison);
  return first === undefined ? '' : `: ${nobodyText(first, style)}`;
}

function nobodyText({ function: name, nearest }: Misnamed, style: TextStyle): string {
  return `there is no function ${style.name(name)}${nearest === null ? '' : `; did you mean ${style.name(nearest)}?`}`;
}

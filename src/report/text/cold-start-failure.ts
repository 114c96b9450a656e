import type { ColdStartBreach, FailureCounts, StartCount } from '../../core/model/cold-start.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import { renderInteger } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { missingVariable, type Spelling, tellingLine } from './init-failure.ts';
import { capped } from './limits.ts';

/** An init that failed on AWS, and what it left. */
export type FailedOnAws = Omit<ColdStartBreach, 'function' | 'counts'>;

/** `timeout, Sandbox.Timedout`: as Lambda tells it. */
export function awsFailureText({ status, errorType }: FailedOnAws, style: TextStyle): string {
  const what = [...(status === 'timeout' ? ['timeout'] : []), ...(errorType === null ? [] : [style.name(errorType)])];
  return what.length === 0 ? 'an error without a type' : what.join(', ');
}

/** `no longer starts on AWS`, or `fails 19 of 39 starts on AWS`. */
export function failingText(counts: FailureCounts | null): string {
  return counts === null ? 'no longer starts on AWS' : `fails ${shareText(counts.head)} starts on AWS`;
}

/** `19 of 39`. */
export function shareText({ attempted, failed }: StartCount): string {
  return `${renderInteger(failed)} of ${renderInteger(attempted)}`;
}

/** `, 9 of them out of time`, where the last failure does not say it of all. */
function lateText({ failed, timedOut }: StartCount): string {
  if (timedOut === 0) return '';
  return `, ${timedOut === failed ? 'all' : renderInteger(timedOut)} of them out of time`;
}

/** `health no longer starts on AWS (Runtime.ExitError, last line: "NotPresent"), where base does`, or in how many starts of both it fails. */
export function coldStartBreachText({ function: name, counts, ...failure }: ColdStartBreach, style: TextStyle): string {
  const line = tellingLine(failure.lastLines);
  const said = line === null ? '' : `, last line: "${style.prose(line)}"`;
  const base = counts === null ? 'where base does' : baseText(counts);
  const late = counts === null ? '' : lateText(counts.head);
  return `${style.name(name)} ${failingText(counts)} (${awsFailureText(failure, style)}${late}${said}), ${base}`;
}

function baseText({ base }: FailureCounts): string {
  return base === null ? 'and has no base' : `base ${shareText(base)}`;
}

/** One line for each function of which starts on AWS failed, not proven to be more of them than at base. */
export function failingLines(functions: readonly FunctionComparison[], style: TextStyle): readonly string[] {
  const lines = functions.flatMap(({ name, coldStart: { failing } }) => {
    if (failing === null || failing.proven) return [];
    const { counts } = failing;
    const proof = counts.base === null ? '' : ': that it fails more often is not proven';
    return [
      `${style.name(name)} ${failingText(counts)} (${awsFailureText(failing, style)}${lateText(counts.head)}), ${baseText(counts)}${proof}`,
    ];
  });
  return capped(lines, 'function');
}

/** The option that may make an init succeed that failed on AWS. */
export function awsFailureAdvice({ status, lastLines }: FailedOnAws, spelling: Spelling, style: TextStyle): string {
  const variable = missingVariable(lastLines);
  if (variable !== null) {
    const env = style.name(spelling('cold-start-env', `${variable}=value`));
    return `It asks for an environment variable that its scratch function does not have; if it has one where it is deployed, give it with ${env}.`;
  }
  if (status === 'timeout') return 'Lambda gives up on an init that takes longer than 10 s.';
  const env = style.name(spelling('cold-start-env', 'NAME=value'));
  return `If it needs something that its scratch function does not have, ${env} sets variables for the sampled start.`;
}

interface FailedFunction {
  readonly fn: FunctionComparison;
  readonly failure: FailedOnAws;
  readonly counts: FailureCounts | null;
}

/** The functions of these whose cold starts are in such a state, in their order; `broken`: always, or proven to be more often than base. */
export function failedOnAws(functions: readonly FunctionComparison[], kind: 'broken' | 'not-measurable'): readonly FailedFunction[] {
  return functions.flatMap((fn): readonly FailedFunction[] => {
    const { state, failing } = fn.coldStart;
    if (state.kind === kind) return [{ fn, failure: state, counts: null }];
    return kind === 'broken' && failing?.proven === true ? [{ fn, failure: failing, counts: failing.counts }] : [];
  });
}

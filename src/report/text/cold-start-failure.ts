import type { ColdStartBreach, FunctionComparison } from '../../core/model.ts';
import type { TextStyle } from './escape.ts';
import { missingVariable, type Spelling, tellingLine } from './init-failure.ts';

/** An init that failed on AWS, and what it left. */
export type FailedOnAws = Omit<ColdStartBreach, 'function'>;

/** `timeout, Sandbox.Timedout`: as Lambda tells it. */
export function awsFailureText({ status, errorType }: FailedOnAws, style: TextStyle): string {
  const what = [...(status === 'timeout' ? ['timeout'] : []), ...(errorType === null ? [] : [style.name(errorType)])];
  return what.length === 0 ? 'an error without a type' : what.join(', ');
}

/** `health no longer starts on AWS (Runtime.ExitError, last line: "NotPresent"), where base does`. */
export function coldStartBreachText({ function: name, ...failure }: ColdStartBreach, style: TextStyle): string {
  const line = tellingLine(failure.lastLines);
  const said = line === null ? '' : `, last line: "${style.prose(line)}"`;
  return `${style.name(name)} no longer starts on AWS (${awsFailureText(failure, style)}${said}), where base does`;
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

/** The functions of these whose cold starts are in such a state, in their order. */
export function failedOnAws(
  functions: readonly FunctionComparison[],
  kind: 'broken' | 'not-measurable',
): readonly { readonly fn: FunctionComparison; readonly failure: FailedOnAws }[] {
  return functions.flatMap((fn) => {
    const { state } = fn.coldStart;
    return state.kind === kind ? [{ fn, failure: state }] : [];
  });
}

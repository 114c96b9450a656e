import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { FirstResponseBreach, Unanswered, UnansweredEvent } from '../../core/model/first-response.ts';
import { renderMillis } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { counted, listed } from './figures.ts';
import { lastLineText, missingVariable, type Spelling } from './init-failure.ts';

const NAMES = 3;

/** How a first event went unanswered, as the end of a sentence that begins with the function. */
export function unansweredText(why: Unanswered, style: TextStyle): string {
  if (why.kind === 'error') return `it answered with an error${errorText(why, style)}`;
  const { failure } = why;
  switch (failure.kind) {
    case 'exited':
      if (failure.signal !== null) return `it was ended by ${style.name(failure.signal)} before its first response`;
      return `it exited${failure.code === null ? '' : ` with code ${failure.code}`} before its first response`;
    case 'timed-out':
      return `it gave no response within ${renderMillis(failure.after)}${failure.seen === null ? '' : `: ${style.prose(failure.seen)}`}`;
    case 'error':
      return `its first event ended in an error of ${style.name(failure.by)}${errorText(failure, style)}`;
  }
}

function errorText(
  { errorType, message }: { readonly errorType: string | null; readonly message: string | null },
  style: TextStyle,
): string {
  const what = [...(errorType === null ? [] : [style.name(errorType)]), ...(message === null ? [] : [style.prose(message)])];
  return what.length === 0 ? '' : ` (${what.join(': ')})`;
}

/** `; it asked for dynamodb.us-east-1.amazonaws.com`: what a network that is not here may be the reason of. */
export function askedForText({ askedFor }: Pick<UnansweredEvent, 'askedFor'>, style: TextStyle): string {
  if (askedFor.length === 0) return '';
  return `; it asked for ${listed(
    askedFor.map((name) => style.name(name)),
    NAMES,
  )}`;
}

/** `health no longer answers its first request: it answered with an error (…), and base does answer; it asked for …; last line: "…"`. */
export function firstResponseBreachText(breach: FirstResponseBreach, style: TextStyle): string {
  const { function: name, why, lastLines } = breach;
  const more = `${askedForText(breach, style)}${lastLineText(lastLines, style)}`;
  return `${style.name(name)} no longer answers its first request: ${unansweredText(why, style)}, and base answers it${more}`;
}

/** The option that may make a function answer here. */
export function unansweredAdvice({ why, lastLines, askedFor }: UnansweredEvent, spelling: Spelling, style: TextStyle): string {
  const env = (variable: string): string => style.name(spelling('init-env', `${variable}=value`));
  const said = [...lastLines, ...(why.kind === 'error' && why.message !== null ? [why.message] : [])];
  const variable = missingVariable(said);
  if (variable !== null)
    return `It asks for an environment variable that is not set here; if it has one where it is deployed, give it with ${env(variable)}.`;
  if (askedFor.length > 0) {
    const option = askedFor.some((name) => /\.amazonaws\.com\b/.test(name)) ? 'AWS_ENDPOINT_URL' : 'NAME';
    return `What it asks for is not here: point it elsewhere with ${env(option)}.`;
  }
  if (why.kind === 'failed' && why.failure.kind === 'timed-out' && why.failure.seen !== null)
    return 'Its runtime has to post its answer with the id that came with the event (Lambda-Runtime-Aws-Request-Id) before it asks for the next one.';
  if (why.kind === 'failed' && why.failure.kind === 'timed-out')
    return `If it takes longer, give it more time with ${style.name(spelling('init-timeout', '30 s'))}.`;
  return `If it takes another event, give that with ${style.name(spelling('init-event', 'api-gateway-v2'))}; ${env('NAME')} sets variables for the measured start.`;
}

/** `2 functions` whose first response nobody measured, and the input that measures it; `null` where one was measured, or nothing was started. */
export function unmeasuredResponseText(functions: readonly FunctionComparison[], spelling: Spelling, style: TextStyle): string | null {
  const started = functions.filter(({ init }) => init.state.kind === 'measured' || init.state.kind === 'recovered');
  const left = started.filter(({ firstResponse: { state } }) => state.kind === 'none' && state.code === 'no-event');
  if (left.length === 0) return null;
  const whose = left.length === started.length ? '' : ` of ${counted(left.length, 'function')}`;
  return `The first response${whose} is not measured: name an event with ${style.name(spelling('init-event', 'api-gateway-v2'))}.`;
}

import { answersOtherwise } from '../../core/judge/noticed.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { TextStyle } from './escape.ts';

/** From here on a status says that the request was wrong; from 500 on the answer is an error, and counts as none. */
const REFUSED = 400;

/** Functions whose first request is refused at head and was answered at base. Nothing is breached by it: it may be what the change is for. */
export function refusingFunctions({ comparison }: Outcome): readonly FunctionComparison[] {
  return comparison.functions.filter(
    (fn) => answersOtherwise(fn) && isRefused(fn.firstResponse.statuses.head) && !isRefused(fn.firstResponse.statuses.base),
  );
}

/** `health answers its first request with 404, base with 200`. */
export function statusText({ name, firstResponse: { statuses } }: FunctionComparison, style: TextStyle): string {
  const at = (status: number | null): string => (status === null ? 'without a status' : `with ${status}`);
  return `${style.name(name)} answers its first request ${at(statuses.head)}, base ${at(statuses.base)}`;
}

/** A line for each function that is refused at head alone. */
export function refusedLines(outcome: Outcome, style: TextStyle): readonly string[] {
  return refusingFunctions(outcome).map((fn) => statusLine(fn, style));
}

/** A line for each other function whose two answers have not one status: what was measured of them is not of the same answer. */
export function statusLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const told = refusingFunctions(outcome);
  return outcome.comparison.functions.filter((fn) => answersOtherwise(fn) && !told.includes(fn)).map((fn) => statusLine(fn, style));
}

function statusLine(fn: FunctionComparison, style: TextStyle): string {
  return `${statusText(fn, style)}: their figures are of two different answers`;
}

function isRefused(status: number | null): boolean {
  return status !== null && status >= REFUSED;
}

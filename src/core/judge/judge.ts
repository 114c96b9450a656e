import type { MissingBase } from '../model/base.ts';
import type { Comparison, FunctionComparison } from '../model/comparison.ts';
import type { Gate } from '../model/limits.ts';
import type { References } from '../model/reference.ts';
import type { Acceptance, Breach, JudgedAs, Unchecked, Verdict } from '../model/verdict.ts';
import { coldStartBreachOf } from './cold-start.ts';
import { holdLimit, type Result } from './limit.ts';
import type { Limits } from './limit-scopes.ts';
import { limitsFor } from './limit-scopes.ts';
import { countingFrom, NO_REFERENCES } from './references.ts';
import { isOfColdStarts } from './sampled.ts';

/** What the run itself knows of its limits. */
interface Known {
  /** Why it can have no cold starts; `null`: it can. */
  readonly noColdStarts: string | null;
  readonly references: References;
}

/**
 * Holds every function of head against its limits: a limit is breached when all its bounds are strictly exceeded. A figure that was measured
 * several times breaches only where its spread does not explain it (else it is unchecked, and kept where both sides lie within the metric's noise), a sampled time only where its interval proves it (else it may be `unproven`).
 * A function that starts at base and not at head, here or on AWS, or answers its first request at base alone, is a breach without a limit.
 * A function that no change reaches is not held against anything, whether or not a figure of it is stored.
 * A new function, or one without a base to compare with, has no growth; of a base that could not be measured growth is `unchecked`. What was
 * not measured is, too, with the reason. Judged as a `change`, what is over as it was at base is `warned` of. Growth since a release is that of
 * all since, and a breach where the change adds to it.
 */
export function judge(
  comparison: Comparison,
  limits: Limits,
  gate: Gate,
  judgedAs: JudgedAs = 'change',
  { noColdStarts = null, references = NO_REFERENCES }: Partial<Known> = {},
): Verdict {
  if (limits.kind === 'off') return { status: 'off', gate, breaches: [], kept: [], warned: [], unproven: [], unchecked: [] };
  const left = new Set(comparison.head.snapshot.notBuilt.map(({ name }) => name));
  const standing = comparison.functions.filter(({ name, status }) => status !== 'removed' && !left.has(name));
  const lost = lostBase(comparison);
  const countedFrom = countingFrom(references, standing);
  const results = standing.flatMap((fn) =>
    withoutSettled(limitsFor(fn, limits).map((limit) => holdLimit(limit, fn, { judgedAs, lost, noColdStarts, countedFrom }))),
  );
  const breaches: readonly Breach[] = [
    ...standing.flatMap(initBreachOf),
    ...standing.flatMap(firstResponseBreachOf),
    ...standing.flatMap(coldStartBreachOf),
    ...results.flatMap((result) => (result.kind === 'breached' ? [{ kind: 'limit' as const, ...result.judgement }] : [])),
  ];
  const unchecked = results.flatMap((result) => (result.kind === 'unchecked' ? [result.unchecked] : []));
  return {
    status: statusOf({ breaches, unchecked }),
    gate,
    breaches,
    kept: results.flatMap((result) => (result.kind === 'kept' || result.kind === 'unproven' ? [result.judgement] : [])),
    warned: results.flatMap((result) => (result.kind === 'warned' ? [result.warned] : [])),
    unproven: results.flatMap((result) => (result.kind === 'unproven' ? [result.unproven] : [])),
    unchecked,
  };
}

/** Where a breach ended the sampling, what it left open of the same function is no news. */
function withoutSettled(results: readonly Result[]): readonly Result[] {
  const ended = results.some((result) => result.kind === 'breached' && isOfColdStarts(result.judgement.limit.metric));
  return ended ? results.filter((result) => result.kind !== 'unchecked' || result.unchecked.code !== 'stopped') : results;
}

/** What was judged in one word, where anything was. */
export function statusOf({ breaches, unchecked }: Pick<Verdict, 'breaches' | 'unchecked'>): 'fail' | 'unchecked' | 'pass' {
  return breaches.length > 0 ? 'fail' : unchecked.some(stops) ? 'unchecked' : 'pass';
}

/** A base that there is and that could not be measured: what grew since is not known. */
function lostBase({ base }: Comparison): MissingBase | null {
  return base.kind === 'missing' && base.why.kind !== 'first-run' ? base.why : null;
}

function initBreachOf({ name, init: { state } }: FunctionComparison): readonly Breach[] {
  return state.kind === 'broken' ? [{ kind: 'init', function: name, failure: state.failure, lastLines: state.lastLines }] : [];
}

/** A function that answers its first request at base and does not at head. */
function firstResponseBreachOf({ name, firstResponse: { state } }: FunctionComparison): readonly Breach[] {
  if (state.kind !== 'broken') return [];
  const { why, lastLines, askedFor } = state;
  return [{ kind: 'first-response', function: name, why, lastLines, askedFor }];
}

/** Whether a person's yes makes a verdict `accepted`: it is breached, or all that could not be checked is growth since a base that does not build. */
export function isAcceptable({ status, unchecked }: Verdict): boolean {
  return status === 'fail' || (status === 'unchecked' && unchecked.every((one) => !stops(one) || one.code === 'no-base'));
}

/** What somebody accepted: the verdict names who, and no longer fails. A verdict that nobody can accept stays as it is. */
export function accept(verdict: Verdict, acceptance: Acceptance): Verdict {
  return isAcceptable(verdict) ? { ...verdict, status: 'accepted', acceptance } : verdict;
}

/** The breaches of one kind. */
export function breachesOf<K extends Breach['kind']>(
  { breaches }: Pick<Verdict, 'breaches'>,
  kind: K,
): readonly Extract<Breach, { readonly kind: K }>[] {
  return breaches.filter((breach): breach is Extract<Breach, { readonly kind: K }> => breach.kind === kind);
}

/** Limits that could not be checked and stop the run for it, of which nobody said yes: it ends with 3. The others are mentioned. */
export function openOf(verdict: Verdict): readonly Unchecked[] {
  return verdict.unchecked.filter((one) => isOpen(verdict, one));
}

/** Whether `openOf` has it. */
export function isOpen({ status }: Verdict, one: Unchecked): boolean {
  return stops(one) && !(status === 'accepted' && one.code === 'no-base');
}

/** Of those that could not be checked one that somebody wrote and that does not only warn; not what nobody could measure in this run, nor what there is not yet. */
function stops({ limit, code }: Unchecked): boolean {
  return limit.source.kind !== 'default' && limit.gate === 'fail' && code !== 'withheld' && code !== 'no-reference';
}

/** 1: a limit is breached and the gate is there to fail. 3: a limit that somebody wrote could not be checked. Else 0. */
export function exitCode(verdict: Verdict): 0 | 1 | 3 {
  if (verdict.status === 'fail' && verdict.gate === 'fail') return 1;
  return openOf(verdict).length > 0 ? 3 : 0;
}

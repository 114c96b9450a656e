import { misnamedAtBase } from '../../core/judge/misnamed.ts';
import { slackLimits } from '../../core/judge/slack.ts';
import { type UnmatchedCrates, unmatchedCrates } from '../../core/judge/unmatched-crates.ts';
import type { Side } from '../../core/model/base.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Limit } from '../../core/model/limits.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Breach, Judgement, Unchecked, Unproven, Verdict } from '../../core/model/verdict.ts';
import { worstFirst } from '../text/breach.ts';
import { isReported, type LegReport } from '../text/legs.ts';
import { allowedBy, boundsText, sourceText, tightestFirst } from '../text/limits.ts';
import { verdictSentence } from '../text/sentence.ts';
import { jsonParts, Lazily } from './parts.ts';
import { CHECK_SCHEMA, type CheckInput, check, functionReport } from './schema.ts';

/** A function of hundreds of thousands of instructions calls thousands of functions: a report names a few. */
const INIT_FUNCTIONS = 20;
const CONSTANTS = 200;

/**
 * The whole report as JSON (`coldgate/check@3`): sizes in bytes, times in milliseconds, names as they are. The schema copies what it names, in
 * its order; what is assembled here is what the outcome has not under that name. Ends in a newline.
 */
export function renderJson(outcome: Outcome): string {
  return [...renderJsonParts(outcome)].join('');
}

/** The same in parts, a function or a limit in each. */
export function* renderJsonParts(outcome: Outcome): Generator<string, void> {
  yield* jsonParts(reportOf(outcome));
  yield '\n';
}

/** The reports of several legs as one JSON document, in parts. */
export function* renderLegsJsonParts(legs: readonly LegReport[]): Generator<string, void> {
  const reports = Lazily.map(legs, (leg) => (isReported(leg) ? { leg: leg.name, report: reportOf(leg.outcome) } : leg));
  yield* jsonParts({ schema: 'coldgate/legs@1', legs: reports });
  yield '\n';
}

/**
 * Functions, and limits by what became of them, are copied as they are written: of a large run all of them at once took several times the memory of
 * all that was read.
 */
function reportOf(outcome: Outcome): object {
  const { base, head, ...comparison } = outcome.comparison;
  const { verdict } = outcome;
  const rest = check.parse({
    ...comparison,
    schema: CHECK_SCHEMA,
    coldgate: head.snapshot.invocation.coldgate,
    base: base.kind === 'measured' ? sideOf(base) : null,
    missingBase: base.kind === 'missing' ? base.why : (base.insteadOf ?? null),
    head: sideOf(head),
    functions: [],
    notBuilt: head.snapshot.notBuilt,
    verdict: {
      ...verdict,
      sentence: verdictSentence(outcome),
      acceptance: verdict.status === 'accepted' ? verdict.acceptance : null,
      ...{ breaches: [], kept: [], warned: [], unproven: [], unchecked: [] },
    },
    misnamed: misnamedOf(outcome),
    slack: slackLimits(outcome).map(({ function: name, unused, proposed, ...one }) => ({
      function: name,
      ...boundedOf(one),
      unused,
      proposed,
    })),
    timings: outcome.timings,
  } satisfies CheckInput);
  const functions = Lazily.map(comparison.functions, (fn) => functionReport.parse(functionOf(fn)));
  return { ...rest, functions, verdict: { ...rest.verdict, ...judgedOf(verdict) } };
}

/** The lists of a verdict, each as its schema has it. */
function judgedOf(verdict: Verdict): Readonly<Record<'breaches' | 'kept' | 'warned' | 'unproven' | 'unchecked', Lazily>> {
  const { breaches, kept, warned, unproven, unchecked } = check.shape.verdict.shape;
  const open = (one: Unproven | Unchecked) => ({ ...one, ...boundedOf(one) });
  return {
    breaches: Lazily.map(worstFirst(verdict), (one) => breaches.element.parse(breachOf(one))),
    kept: Lazily.map(tightestFirst(verdict.kept), (one) => kept.element.parse(heldOf(one))),
    warned: Lazily.map(tightestFirst(verdict.warned), (one) => warned.element.parse({ ...heldOf(one), because: one.because })),
    unproven: Lazily.map(verdict.unproven, (one) => unproven.element.parse(open(one))),
    unchecked: Lazily.map(verdict.unchecked, (one) => unchecked.element.parse(open(one))),
  };
}

function sideOf({ snapshot, origin }: Side): CheckInput['head'] {
  return { sha: snapshot.commit.sha, source: snapshot.commit.source === 'working-tree' ? 'working-tree' : origin };
}

function functionOf(fn: FunctionComparison): CheckInput['functions'][number] {
  return {
    ...fn,
    constants: fn.constants.slice(0, CONSTANTS),
    init: { ...fn.init, functions: fn.init.functions.slice(0, INIT_FUNCTIONS) },
    firstResponse: { ...fn.firstResponse, functions: fn.firstResponse.functions.slice(0, INIT_FUNCTIONS) },
  };
}

function breachOf(breach: Breach): CheckInput['verdict']['breaches'][number] {
  return breach.kind === 'limit' ? { kind: breach.kind, ...heldOf(breach) } : breach;
}

function misnamedOf(outcome: Outcome): CheckInput['misnamed'] {
  const functions = misnamedAtBase(outcome.comparison).map(({ line: { text, file, line }, function: name, nearest }) => {
    return { kind: 'function' as const, limit: text, source: line === null ? file : `${file}:${line}`, name, nearest };
  });
  const crates = unmatchedCrates(outcome).map(({ limit, glob, nearest }) => {
    return { kind: 'crate' as const, limit: limit.text, source: writtenAt(limit), name: glob, nearest: nearestName(nearest) };
  });
  return [...functions, ...crates];
}

function nearestName(nearest: UnmatchedCrates['nearest']): string | null {
  if (nearest.kind === 'crate') return nearest.name;
  return nearest.kind === 'std' ? 'std' : null;
}

function heldOf(judgement: Judgement): Omit<CheckInput['verdict']['warned'][number], 'because'> {
  const { function: name, figures, reference, headroom } = judgement;
  return { function: name, ...boundedOf(judgement), ...figures, reference, allowed: allowedBy(judgement), headroom };
}

function boundedOf({
  limit,
}: Pick<Judgement | Unchecked, 'limit'>): Pick<CheckInput['verdict']['unchecked'][number], 'metric' | 'limit' | 'source' | 'limitGate'> {
  return { metric: limit.metric, limit: boundsText(limit), source: writtenAt(limit), limitGate: limit.gate };
}

function writtenAt({ source }: Limit): string {
  return source.kind === 'input' ? 'input' : sourceText(source);
}

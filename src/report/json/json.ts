import { misnamedAtBase } from '../../core/judge/misnamed.ts';
import { slackLimits } from '../../core/judge/slack.ts';
import { type UnmatchedCrates, unmatchedCrates } from '../../core/judge/unmatched-crates.ts';
import type { Side } from '../../core/model/base.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Limit } from '../../core/model/limits.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Breach, Judgement, Unchecked } from '../../core/model/verdict.ts';
import { worstFirst } from '../text/breach.ts';
import { allowedBy, boundsText, sourceText, tightestFirst } from '../text/limits.ts';
import { verdictSentence } from '../text/sentence.ts';
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

/**
 * The same in parts, a function in each: of a large run the rows of all of them, copied and written at once, took several times the memory of all
 * that was read.
 */
export function* renderJsonParts(outcome: Outcome): Generator<string, void> {
  const { base, head, ...comparison } = outcome.comparison;
  const rest = check.parse({
    ...comparison,
    schema: CHECK_SCHEMA,
    coldgate: head.snapshot.invocation.coldgate,
    base: base.kind === 'measured' ? sideOf(base) : null,
    missingBase: base.kind === 'missing' ? base.why : (base.insteadOf ?? null),
    head: sideOf(head),
    functions: [],
    notBuilt: head.snapshot.notBuilt,
    verdict: verdictOf(outcome),
    misnamed: misnamedOf(outcome),
    slack: slackLimits(outcome).map(({ function: name, unused, proposed, ...one }) => ({
      function: name,
      ...boundedOf(one),
      unused,
      proposed,
    })),
    timings: outcome.timings,
  } satisfies CheckInput);
  const whole = JSON.stringify(rest, null, 2);
  // No text within JSON has a line break of its own: what begins a line with two blanks is a field of the whole.
  const at = whole.indexOf(`${OPENED}]`) + OPENED.length;
  yield whole.slice(0, at);
  for (const [index, fn] of comparison.functions.entries())
    yield `${index === 0 ? '' : ','}${renderInner(functionReport.parse(functionOf(fn)))}`;
  yield `${comparison.functions.length === 0 ? '' : CLOSED.slice(0, -1)}${whole.slice(at)}\n`;
}

const [OPENED, CLOSED] = ['\n  "functions": [', '\n  ]'];

/** As an element of the list that the whole holds, indented as it is there. */
function renderInner(fn: object): string {
  return JSON.stringify({ functions: [fn] }, null, 2).slice(`{${OPENED}`.length, -`${CLOSED}\n}`.length);
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

function verdictOf(outcome: Outcome): CheckInput['verdict'] {
  const { verdict } = outcome;
  return {
    ...verdict,
    sentence: verdictSentence(outcome),
    acceptance: verdict.status === 'accepted' ? verdict.acceptance : null,
    breaches: worstFirst(verdict).map(breachOf),
    kept: tightestFirst(verdict.kept).map(heldOf),
    warned: tightestFirst(verdict.warned).map((warned) => ({ ...heldOf(warned), because: warned.because })),
    unproven: verdict.unproven.map((unproven) => ({ ...unproven, ...boundedOf(unproven) })),
    unchecked: verdict.unchecked.map((unchecked) => ({ ...unchecked, ...boundedOf(unchecked) })),
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

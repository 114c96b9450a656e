import { ToolError } from '../core/failures.ts';
import type { Answer } from './client.ts';
import type { Clock } from './clock.ts';
import { type FailedInit, judgeAnswer, type Shot } from './invocation.ts';
import { Tally } from './tally.ts';

/** What is sampled: a function that can be made cold and asked. */
export interface Subject {
  readonly name: string;
  /** Resolves when the next invocation is a cold start at this memory size. */
  readonly configure: (memory: number, nonce: string) => Promise<void>;
  readonly invoke: (event: string) => Promise<Answer>;
}

/** Init Durations in ms, place by place of the same pair. */
export interface Look {
  /** `null`: the function is new. */
  readonly base: readonly number[] | null;
  readonly head: readonly number[];
  /** From 1. */
  readonly taken: number;
  readonly planned: number;
}

export interface PairPlan {
  /** In MB. */
  readonly memory: number;
  /** Numbers of pairs, ascending. */
  readonly looks: readonly number[];
  readonly event: string;
  /** Nothing new is begun after this moment. */
  readonly deadline: number;
  /** Whether what was sampled so far decides, so that no more is needed. Not asked at the last look. */
  readonly decide: (look: Look) => boolean;
  readonly rng: () => number;
  readonly clock: Clock;
  /** Different at every call. */
  readonly nonce: () => string;
  /** `true`: these functions have just been uploaded. */
  readonly isFresh: boolean;
  readonly onPair: (pairs: number, looks: number) => void;
}

/** What came of one memory size. A failure is a side's init that failed thrice without one good start between. */
export interface Sampled {
  readonly base: Tally | null;
  readonly head: Tally;
  readonly baseFailure: FailedInit | null;
  readonly headFailure: FailedInit | null;
  readonly looksTaken: number;
  readonly end: 'decided' | 'planned' | 'time' | 'failed';
}

const FAILED_IN_ROW = 3;
/** Lost answers come in bursts. */
const DISCARDED_IN_ROW = 5;

interface Sampling {
  readonly subject: Subject;
  readonly tally: Tally;
}

/**
 * Samples base and head in pairs, in random order within each, until a look decides, the last is taken or time is up. Without a base, head
 * alone. A pair counts only where both sides gave a sample.
 * Throws a ToolError with the reasons where too many invocations in a row, or more than were planned in all, do not count.
 */
export async function samplePairs(base: Subject | null, head: Subject, plan: PairPlan): Promise<Sampled> {
  const [headSide, baseSide] = [begin(head, plan), base === null ? null : begin(base, plan)];
  const sides = baseSide === null ? [headSide] : [baseSide, headSide];
  const { looks } = plan;
  const most = looks.at(-1) ?? 0;
  const result = (end: Sampled['end'], looksTaken: number): Sampled => ({
    base: baseSide?.tally ?? null,
    head: headSide.tally,
    baseFailure: baseSide === null ? null : failureOf(baseSide.tally),
    headFailure: failureOf(headSide.tally),
    looksTaken,
    end,
  });

  if (plan.isFresh) await dropFirst(sides, plan);
  let taken = 0;
  let missed = 0;
  while (plan.clock.now() < plan.deadline) {
    const counted = await samplePair(sides, plan);
    if (sides.some(({ tally }) => failureOf(tally) !== null)) {
      // The other side is asked until it is known whether it fails too.
      if (sides.every(({ tally }) => failureOf(tally) !== null || tally.hasStarted)) return result('failed', taken);
    }
    for (const side of sides) checkDiscards(side);
    if (!counted) {
      missed += 1;
      if (missed > Math.max(most, FAILED_IN_ROW * 2)) throw tooMany(sides, missed);
      continue;
    }
    const { pairs } = headSide.tally;
    plan.onPair(pairs, taken);
    if (pairs < (looks[taken] ?? most)) continue;
    taken += 1;
    if (taken === looks.length) return result('planned', taken);
    const baseDurations = baseSide?.tally.initDurations ?? null;
    if (plan.decide({ base: baseDurations, head: headSide.tally.initDurations, taken, planned: looks.length })) {
      return result('decided', taken);
    }
  }
  // What came after the last look is looked at too: the time that was up knows nothing of the samples.
  const isBeyond = headSide.tally.pairs > (looks[taken - 1] ?? 0);
  return result('time', isBeyond ? taken + 1 : taken);
}

function begin(subject: Subject, plan: PairPlan): Sampling {
  return { subject, tally: new Tally(plan.memory) };
}

/** The first start after an upload also fetches and unpacks what AWS has not cached yet. */
async function dropFirst(sides: readonly Sampling[], plan: PairPlan): Promise<void> {
  await makeCold(sides, plan);
  for (const { subject, tally } of sides) {
    tally.drop(judgeAnswer(await subject.invoke(plan.event), plan.memory), 'the first after an upload');
  }
}

/** One pair: both made cold together, then invoked one right after the other, so that they share AWS's weather. */
async function samplePair(sides: readonly Sampling[], plan: PairPlan): Promise<boolean> {
  await makeCold(sides, plan);
  const ordered = plan.rng() < 0.5 ? sides : sides.toReversed();
  const shots: { readonly tally: Tally; readonly shot: Shot }[] = [];
  for (const { subject, tally } of ordered) shots.push({ tally, shot: judgeAnswer(await subject.invoke(plan.event), plan.memory) });
  const isWhole = shots.every(({ shot }) => shot.kind === 'cold-start');
  for (const { tally, shot } of shots) tally.add(shot, isWhole);
  return isWhole;
}

async function makeCold(sides: readonly Sampling[], plan: PairPlan): Promise<void> {
  const results = await Promise.allSettled(sides.map(({ subject }) => subject.configure(plan.memory, plan.nonce())));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function failureOf(tally: Tally): FailedInit | null {
  return tally.inRow.failed >= FAILED_IN_ROW ? tally.lastFailure : null;
}

function checkDiscards({ subject, tally }: Sampling): void {
  if (tally.inRow.discarded < DISCARDED_IN_ROW) return;
  throw new ToolError(
    `${tally.inRow.discarded} invocations of ${subject.name} gave no sample, without a good one between (${tally.reasons}): nothing can be measured so`,
  );
}

function tooMany(sides: readonly Sampling[], missed: number): ToolError {
  const reasons = sides.map(({ subject, tally }) => `${subject.name}: ${tally.reasons === '' ? 'none of its own' : tally.reasons}`);
  return new ToolError(`${missed} pairs gave no sample, more than were planned: nothing can be measured so (${reasons.join(' | ')})`);
}

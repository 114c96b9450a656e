import { ToolError } from '../core/failures.ts';
import type { Clock } from './clock.ts';
import { type FailedInit, type InvocationResult, judgeAnswer } from './invocation.ts';
import type { InvokeAnswer } from './lambda.ts';
import type { SamplesSoFar } from './options.ts';
import { SideSamples } from './samples.ts';

/** What is sampled: a function that can be made cold and asked. */
export interface PairSide {
  readonly name: string;
  /** Resolves when the next invocation is a cold start at this memory size. */
  readonly configure: (memory: number, nonce: string) => Promise<void>;
  readonly invoke: (event: string) => Promise<InvokeAnswer>;
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
  readonly decide: (look: SamplesSoFar) => boolean;
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
  readonly base: SideSamples | null;
  readonly head: SideSamples;
  readonly baseFailure: FailedInit | null;
  readonly headFailure: FailedInit | null;
  readonly looksTaken: number;
  readonly end: 'decided' | 'planned' | 'time' | 'failed';
}

const FAILED_IN_ROW = 3;
/** Lost answers come in bursts. */
const DISCARDED_IN_ROW = 5;

interface Sampling {
  readonly subject: PairSide;
  readonly samples: SideSamples;
}

/**
 * Samples base and head in pairs, in random order within each, until a look decides, the last is taken or time is up. Without a base, head
 * alone. A pair counts only where both sides gave a sample.
 * Throws a ToolError with the reasons where too many invocations in a row, or more than were planned in all, do not count.
 */
export async function samplePairs(base: PairSide | null, head: PairSide, plan: PairPlan): Promise<Sampled> {
  const [headSide, baseSide] = [begin(head, plan), base === null ? null : begin(base, plan)];
  const sides = baseSide === null ? [headSide] : [baseSide, headSide];
  const { looks } = plan;
  const most = looks.at(-1) ?? 0;
  const result = (end: Sampled['end'], looksTaken: number): Sampled => ({
    base: baseSide?.samples ?? null,
    head: headSide.samples,
    baseFailure: baseSide === null ? null : failureOf(baseSide.samples),
    headFailure: failureOf(headSide.samples),
    looksTaken,
    end,
  });

  if (plan.isFresh) await dropFirst(sides, plan);
  let taken = 0;
  let missed = 0;
  while (plan.clock.now() < plan.deadline) {
    const counted = await samplePair(sides, plan);
    if (sides.some(({ samples }) => failureOf(samples) !== null)) {
      // The other side is asked until it is known whether it fails too.
      if (sides.every(({ samples }) => failureOf(samples) !== null || samples.hasStarted)) return result('failed', taken);
    }
    for (const side of sides) checkDiscards(side);
    if (!counted) {
      missed += 1;
      if (missed > Math.max(most, FAILED_IN_ROW * 2)) throw tooMany(sides, missed);
      continue;
    }
    const { pairs } = headSide.samples;
    plan.onPair(pairs, taken);
    if (pairs < (looks[taken] ?? most)) continue;
    taken += 1;
    if (taken === looks.length) return result('planned', taken);
    const baseDurations = baseSide?.samples.initDurations ?? null;
    if (plan.decide({ base: baseDurations, head: headSide.samples.initDurations, taken, planned: looks.length })) {
      return result('decided', taken);
    }
  }
  // What came after the last look is looked at too: the time that was up knows nothing of the samples.
  const isBeyond = headSide.samples.pairs > (looks[taken - 1] ?? 0);
  return result('time', isBeyond ? taken + 1 : taken);
}

function begin(subject: PairSide, plan: PairPlan): Sampling {
  return { subject, samples: new SideSamples(plan.memory) };
}

/** The first start after an upload also fetches and unpacks what AWS has not cached yet. */
async function dropFirst(sides: readonly Sampling[], plan: PairPlan): Promise<void> {
  await makeCold(sides, plan);
  for (const { subject, samples } of sides) {
    samples.drop(judgeAnswer(await subject.invoke(plan.event), plan.memory), 'the first after an upload');
  }
}

/** One pair: both made cold together, then invoked one right after the other, so that they share AWS's weather. */
async function samplePair(sides: readonly Sampling[], plan: PairPlan): Promise<boolean> {
  await makeCold(sides, plan);
  const ordered = plan.rng() < 0.5 ? sides : sides.toReversed();
  const invocations: { readonly samples: SideSamples; readonly invocation: InvocationResult }[] = [];
  for (const { subject, samples } of ordered)
    invocations.push({ samples, invocation: judgeAnswer(await subject.invoke(plan.event), plan.memory) });
  const isWhole = invocations.every(({ invocation }) => invocation.kind === 'cold-start');
  for (const { samples, invocation } of invocations) samples.add(invocation, isWhole);
  return isWhole;
}

async function makeCold(sides: readonly Sampling[], plan: PairPlan): Promise<void> {
  const results = await Promise.allSettled(sides.map(({ subject }) => subject.configure(plan.memory, plan.nonce())));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function failureOf(samples: SideSamples): FailedInit | null {
  return samples.inRow.failed >= FAILED_IN_ROW ? samples.lastFailure : null;
}

function checkDiscards({ subject, samples }: Sampling): void {
  if (samples.inRow.discarded < DISCARDED_IN_ROW) return;
  throw new ToolError(
    `${samples.inRow.discarded} invocations of ${subject.name} gave no sample, without a good one between (${samples.reasons}): so nothing can be measured`,
  );
}

function tooMany(sides: readonly Sampling[], missed: number): ToolError {
  const reasons = sides.map(({ subject, samples }) => `${subject.name}: ${samples.reasons === '' ? 'none of its own' : samples.reasons}`);
  return new ToolError(`${missed} pairs gave no sample, more than were planned: so nothing can be measured (${reasons.join(' | ')})`);
}

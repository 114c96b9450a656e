import { randomUUID } from 'node:crypto';
import type { Spent } from '../core/compare/price.ts';
import { ToolError } from '../core/failures.ts';
import { withoutValues } from '../core/redact.ts';
import type { ColdStartMeasurement } from '../core/snapshot/cold-start.ts';
import type { Progress } from '../host.ts';
import type { Clock } from './clock.ts';
import type { FailedInit } from './invocation.ts';
import type { Lambda } from './lambda.ts';
import type { ColdStartFunction, ColdStartPlan } from './options.ts';
import { type PairSide, type Sampled, samplePairs } from './pairs.ts';
import type { SideSamples } from './samples.ts';
import { ScratchFunction, type ScratchPlan } from './scratch-function.ts';

/** What one session needs besides the options. */
export interface SessionContext {
  readonly lambda: Lambda;
  readonly clock: Clock;
  readonly region: string;
  /** Nothing new is begun after this moment. */
  readonly deadline: number;
  readonly expires: Date;
  readonly signal: AbortSignal;
  readonly progress: Pick<Progress, 'step' | 'begin'>;
  readonly onRemains: (name: string, reason: string) => void;
}

/** One function's base and head, sampled beside each other; `base` is `null` where there is none. */
export interface Session {
  readonly name: string;
  readonly crate: string;
  readonly base: ColdStartMeasurement | null;
  readonly head: ColdStartMeasurement;
  readonly spent: Spent;
}

/**
 * Deploys one function's two packages, samples them at every memory size in ascending order and deletes them, whatever happens.
 * A ToolError where the time was up before the first look.
 */
export async function measureFunction(wanted: ColdStartFunction, options: ColdStartPlan, context: SessionContext): Promise<Session> {
  const session = randomUUID();
  const { progress, region } = context;
  const sides = wanted.base === null ? 'head' : 'base and head';
  using uploading = progress.begin({ text: `${wanted.name}: uploading ${sides} to ${region}`, kind: 'long' });
  await using scratch = await deploy(wanted, options, context);
  uploading.done(`${wanted.name}: uploaded ${sides} to ${region}`);
  const done: Sampled[] = [];
  for (const [index, memory] of options.memories.entries()) {
    const now = context.clock.now();
    if (index > 0 && now >= context.deadline) {
      progress.step(`${wanted.name}: the time is up, ${options.memories.slice(index).join(', ')} MB are left out`);
      break;
    }
    const deadline = now + (context.deadline - now) / (options.memories.length - index);
    const sampled = await sampleAt(memory, { wanted, options, context, session, scratch, deadline, isFresh: index === 0 });
    done.push(sampled);
    if (sampled.end === 'failed') break;
  }
  const place = { session, region: context.region, environment: options.environment };
  return { name: wanted.name, crate: wanted.crate, ...assemble(done, options.looks.length, place) };
}

interface Scratch extends AsyncDisposable {
  readonly base: PairSide | null;
  readonly head: PairSide;
}

/** Both at once; when one fails, the other is deleted before this throws. */
async function deploy(wanted: ColdStartFunction, options: ColdStartPlan, context: SessionContext): Promise<Scratch> {
  const planOf = (side: 'base' | 'head', { sha, zip }: { readonly sha: string; readonly zip: string }): ScratchPlan => ({
    identity: { prefix: options.prefix, key: options.key, run: options.run, function: wanted.name, arch: wanted.arch, side },
    arch: wanted.arch,
    sha,
    zip,
    memory: options.memories[0] ?? 128,
    expires: context.expires,
    settings: options,
    signal: context.signal,
    onRemains: context.onRemains,
  });
  const [base, head] = await Promise.allSettled([
    wanted.base === null ? null : ScratchFunction.deploy(context.lambda, planOf('base', wanted.base)),
    ScratchFunction.deploy(context.lambda, planOf('head', wanted.head)),
  ]);
  const made = [base, head].flatMap((result) => (result.status === 'fulfilled' && result.value !== null ? [result.value] : []));
  const dispose = async (): Promise<void> => {
    await Promise.all(made.map((scratch) => scratch[Symbol.asyncDispose]()));
  };
  if (base.status === 'fulfilled' && head.status === 'fulfilled') {
    return { base: base.value, head: head.value, [Symbol.asyncDispose]: dispose };
  }
  await dispose();
  throw base.status === 'rejected' ? base.reason : head.status === 'rejected' ? head.reason : new ToolError('no scratch function');
}

interface SizePlan {
  readonly wanted: ColdStartFunction;
  readonly options: ColdStartPlan;
  readonly context: SessionContext;
  readonly session: string;
  readonly scratch: Scratch;
  readonly deadline: number;
  readonly isFresh: boolean;
}

async function sampleAt(memory: number, plan: SizePlan): Promise<Sampled> {
  const { wanted, options, context, session, scratch, isFresh } = plan;
  const { looks } = options;
  let nonces = 0;
  const text = `sampling cold starts of ${wanted.name} at ${memory} MB`;
  using waiting = context.progress.begin({ text, kind: 'long' });
  const sampled = await samplePairs(scratch.base, scratch.head, {
    memory,
    looks,
    event: options.event,
    deadline: plan.deadline,
    decide: (look) => options.decide({ ...look, function: wanted.name, memory }),
    rng: options.rng,
    clock: context.clock,
    nonce: () => {
      nonces += 1;
      return `${session}-${memory}-${nonces}`;
    },
    isFresh,
    onPair: (pairs, taken) => waiting.tell(null, `pair ${pairs} of ${looks[taken] ?? pairs}`),
  });
  const first = looks[0] ?? 0;
  if (isFresh && sampled.end === 'time' && sampled.head.pairs < first) {
    throw new ToolError(
      `the time for cold starts was up after ${sampled.head.pairs} of ${first} pairs of ${wanted.name} at ${memory} MB: ` +
        'give more time, or ask for fewer pairs, memory sizes or functions',
    );
  }
  waiting.done(`${wanted.name} at ${memory} MB: ${describe(sampled)}`);
  return sampled;
}

function describe({ end, head, looksTaken, baseFailure, headFailure }: Sampled): string {
  const count = `${head.pairs} cold starts each, ${looksTaken} ${looksTaken === 1 ? 'look' : 'looks'}`;
  switch (end) {
    case 'decided':
      return `${count}: decided`;
    case 'planned':
      return count;
    case 'time':
      return `${count}: the time is up`;
    case 'failed':
      return `init fails at ${baseFailure === null ? 'head' : headFailure === null ? 'base' : 'base and head'}`;
  }
}

interface Place {
  readonly session: string;
  readonly region: string;
  /** Whose values are not repeated. */
  readonly environment: Readonly<Record<string, string>>;
}

function assemble(done: readonly Sampled[], planned: number, place: Place): Pick<Session, 'base' | 'head' | 'spent'> {
  const bases = done.flatMap(({ base }) => (base === null ? [] : [base]));
  const last = done.at(-1);
  const [baseFailure, headFailure] = [last?.baseFailure ?? null, last?.headFailure ?? null];
  // Where a side does not start nothing was looked at.
  const looksTaken = done.map((sampled) => (last?.end === 'failed' ? 0 : sampled.looksTaken));
  const looks = { taken: looksTaken, planned };
  const heads = done.map(({ head }) => head);
  const spents = [...bases, ...heads].map(({ spent }) => spent);
  return {
    base: bases.length === 0 ? null : measurement(bases, baseFailure, headFailure !== null, looks, place),
    head: measurement(heads, headFailure, baseFailure !== null, looks, place),
    spent: {
      requests: spents.reduce((sum, { requests }) => sum + requests, 0),
      gbSeconds: spents.reduce((sum, { gbSeconds }) => sum + gbSeconds, 0),
    },
  };
}

/** Where the other side does not start there are no pairs: every good start is shown, and nothing is compared. */
function measurement(
  samples: readonly SideSamples[],
  failure: FailedInit | null,
  otherFailed: boolean,
  /** Taken at each size, in the samples' order. */
  looks: { readonly taken: readonly number[]; readonly planned: number },
  { session, region, environment }: Place,
): ColdStartMeasurement {
  if (failure !== null) {
    const { status, errorType } = failure;
    const lastLines = failure.lastLines.map((line) => withoutValues(line, environment));
    return { kind: 'failed', session, region, status, errorType, lastLines };
  }
  const sizes = samples
    .map((samples, place) => samples.toSize(looks.taken[place] ?? 0, otherFailed))
    .filter(({ initDuration }) => initDuration.length > 0);
  if (sizes.length === 0) return { kind: 'none', reason: 'no invocation gave a cold start that counts' };
  return { kind: 'sampled', session, region, plannedLooks: looks.planned, sizes };
}

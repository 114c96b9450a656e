import { BrokenOff } from './broken-off.ts';
import type { Clock } from './clock.ts';
import { type DeploymentContext, deploy, stageCodes } from './deployment.ts';
import type { ColdStartFunction, ColdStartPlan } from './options.ts';
import { samplePairs } from './pairs.ts';
import type { SizeOutcome } from './session.ts';
import type { Sampled } from './tally.ts';

/** What sampling one function at one memory size needs besides the options. */
export interface SizeContext extends DeploymentContext {
  readonly clock: Clock;
  /** Nothing new is begun after this moment. */
  readonly deadline: number;
  /** Of all sizes of one function. */
  readonly session: string;
  /** Why a size is left out whose time is up: in words. */
  readonly late: string;
  /** How far it is: `pair 3 of 20`. */
  readonly tell: (detail: string) => void;
  readonly step: (text: string) => void;
}

/** Samples a function at one memory size, each look on functions of its own, and deletes these, whatever happens. ToolErrors of AWS are thrown. */
export async function sampleSize(
  wanted: ColdStartFunction,
  memory: number,
  options: ColdStartPlan,
  context: SizeContext,
): Promise<SizeOutcome> {
  const { clock, deadline, session, late, tell, step } = context;
  const { looks, event, rng, startsToProve } = options;
  if (clock.now() >= deadline) return { kind: 'late', reason: late, sampled: null };
  const what = `${wanted.name} at ${memory} MB`;
  tell(`uploading ${what}`);
  await using codes = await stageCodes(wanted, memory, options, context);
  let nonces = 0;
  const first = looks[0] ?? 0;
  const sampled = await samplePairs({
    ...{ memory, looks, event, deadline, rng, clock, startsToProve },
    hasBase: wanted.base !== null,
    hasHost: wanted.kind === 'extension',
    deploy: (deployment, exchanged) => deploy(wanted, { memory, deployment, exchanged }, codes, options, context),
    decide: (look) => options.decide({ ...look, function: wanted.name, memory }),
    nonce: () => {
      nonces += 1;
      return `${session}-${memory}-${nonces}`;
    },
    onPair: (pairs, taken) => tell(`${what}, pair ${pairs} of ${looks[taken] ?? pairs}`),
  }).catch((error: unknown) => keptFrom(error, first));
  const { pairs } = sampled.head;
  if (sampled.end === 'time' && pairs < first) {
    step(`${what}: the time is up after ${pairs} of ${first} pairs`);
    return { kind: 'late', reason: `${late} after ${pairs} of ${first} pairs`, sampled };
  }
  step(`${what}: ${describe(sampled)}`);
  return { kind: 'sampled', sampled };
}

/** What AWS ends after the first look is judged as what the cap ends: neither knows of the samples. Before it there is nothing to judge. */
function keptFrom(error: unknown, first: number): Sampled {
  if (error instanceof BrokenOff && error.sampled.head.pairs >= first) return { ...error.sampled, cut: error.message };
  throw error;
}

function describe({ end, head, looksTaken, baseFailure, headFailure, cut }: Sampled): string {
  const count = `${head.pairs} cold starts each, ${looksTaken} ${looksTaken === 1 ? 'look' : 'looks'}`;
  if (cut !== null) return `${count}: ended by AWS: ${cut}`;
  switch (end) {
    case 'decided':
      return `${count}: decided`;
    case 'looks':
      return count;
    case 'time':
      return `${count}: the time is up`;
    case 'failures':
      return `${count}: too many starts fail`;
    case 'never':
      return `init fails at ${baseFailure === null ? 'head' : headFailure === null ? 'base' : 'base and head'}`;
  }
}

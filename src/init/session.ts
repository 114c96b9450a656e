import { randomBytes } from 'node:crypto';
import type { FlameNode } from '../core/flame.ts';
import type { InitMeasurement, TracedConnects } from '../core/snapshot/init.ts';
import { type Counted, countAll } from './counting.ts';
import { type FailedStart, failureOf, isNotHere } from './failure.ts';
import { callTree } from './profile/call-tree.ts';
import type { CostGraph } from './profile/graph.ts';
import { foldProcessStart } from './profile/process-start.ts';
import { type InitSide, type SessionOptions, Starter } from './starter.ts';
import { type Timed, timeAll } from './timing.ts';
import { traceAll } from './tracing.ts';
import { sampleInit } from './usage.ts';

export interface MeasuredPair {
  /** `null` where there is no base. */
  readonly base: InitMeasurement | null;
  readonly head: InitMeasurement;
  /** Instructions, base against head; `null` where they have no names. */
  readonly flame: FlameNode | null;
}

/** A start that fails once may have met a bad moment; one that fails this often does not start. */
const ATTEMPTS = 3;

/**
 * Starts a function's base and head beside each other until each asks for its first event: once to see that it does, then the instruction
 * runs, the timed pairs in random order, and the traces of what it connects to. Throws for a package that cannot be read and when cancelled;
 * whatever a function does is a measurement.
 */
export async function measureInit(
  sides: { readonly base: InitSide | null; readonly head: InitSide },
  options: SessionOptions,
): Promise<MeasuredPair> {
  const session = randomBytes(8).toString('hex');
  await using head = await Starter.open(sides.head, options);
  await using base = sides.base === null ? null : await Starter.open(sides.base, options);
  options.onStep('first start');
  const ofBase = base === null ? null : { starter: base, failed: await firstStart(base, session) };
  const ofHead = { starter: head, failed: await firstStart(head, session) };
  const reached = [ofBase, ofHead].flatMap((side) => (side === null || side.failed !== null ? [] : [side.starter]));
  const rounds = await measureRounds(reached, options);
  for (const side of [ofBase, ofHead]) await side?.starter.check();
  const measured = ({ starter, failed }: typeof ofHead): InitMeasurement => failed ?? measurementOf(rounds.get(starter), session);
  return {
    base: ofBase === null ? null : measured(ofBase),
    head: measured(ofHead),
    flame: flameOf(base === null ? null : (rounds.get(base)?.graph ?? null), rounds.get(head)?.graph ?? null),
  };
}

type Rounds = Counted & { readonly timed: Timed; readonly connects: TracedConnects };

async function measureRounds(starters: readonly Starter[], options: SessionOptions): Promise<ReadonlyMap<Starter, Rounds>> {
  if (starters.length === 0) return new Map();
  const counted = await countAll(starters, options);
  const timed = await timeAll(starters, options);
  const connects = await traceAll(starters, options);
  return new Map(
    starters.map((starter, place) => {
      const [count, time, trace] = [counted[place], timed[place], connects[place]];
      if (count === undefined || time === undefined || trace === undefined) throw new Error('a side was left out of a round');
      return [starter, { ...count, timed: time, connects: trace }];
    }),
  );
}

function measurementOf(rounds: Rounds | undefined, session: string): InitMeasurement {
  if (rounds === undefined) throw new Error('a side that starts was not measured');
  const { instructions, timed, connects } = rounds;
  return timed.kind === 'failed' ? { ...timed, session } : { kind: 'measured', session, instructions, timed: timed.timed, connects };
}

function flameOf(base: CostGraph | null, head: CostGraph | null): FlameNode | null {
  return head === null ? null : foldProcessStart(callTree(base, head));
}

/** `null`: it reached its first `/next`. */
async function firstStart(starter: Starter, session: string): Promise<InitMeasurement | null> {
  let last: FailedStart | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const start = await sampleInit(starter.shipped());
    if (start.kind === 'reached') return null;
    last = start;
    // What takes its whole time-out, or cannot run at all, would do so again.
    if (start.kind === 'timed-out' || start.kind === 'cannot-run') break;
  }
  if (last === null) return null;
  const failure = failureOf(last);
  if (failure.kind === 'cannot-run' && isNotHere(last))
    return { kind: 'none', code: 'not-here', reason: `it cannot be started here: ${failure.problem}` };
  return { kind: 'failed', session, failure, lastLines: [...last.lastLines] };
}

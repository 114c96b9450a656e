import { randomBytes } from 'node:crypto';
import type { FlameNode } from '../core/flame.ts';
import type { Pair } from '../core/rows.ts';
import type { InitMeasurement } from '../core/snapshot/init.ts';
import { type Counted, type CountedPart, countAll } from './counting.ts';
import { type FirstAnswer, firstStart } from './first-start.ts';
import { flameOf } from './profile/flame.ts';
import { growthOf } from './profile/growth.ts';
import { firstResponseOf } from './response/measured.ts';
import { type InitSide, type SessionOptions, Starter } from './starter.ts';
import { type Timed, timeAll } from './timing.ts';
import { type Traced, traceAll } from './tracing.ts';

export interface MeasuredPair {
  /** `null` where there is no base. */
  readonly base: InitMeasurement | null;
  readonly head: InitMeasurement;
  /** Instructions, base against head; `null` where they have no names. */
  readonly flame: FlameNode | null;
}

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
  const ofBase = base === null ? null : { starter: base, start: await firstStart(base, session) };
  const ofHead = { starter: head, start: await firstStart(head, session) };
  const reached = [ofBase, ofHead].flatMap((side) => (side === null || side.start.kind === 'failed' ? [] : [side.starter]));
  const rounds = await measureRounds(reached, options);
  for (const side of [ofBase, ofHead]) await side?.starter.check();
  const measured = ({ starter, start }: typeof ofHead): InitMeasurement =>
    start.kind === 'failed' ? start.init : measurementOf(starter, start.first, rounds.get(starter), session);
  const counted = { base: base === null ? null : (rounds.get(base) ?? null), head: rounds.get(head) ?? null };
  return {
    base: ofBase === null ? null : measured(ofBase),
    head: withGrowth(measured(ofHead), counted),
    flame: treeOf(counted),
  };
}

type Rounds = Counted & { readonly timed: Timed; readonly connects: Traced };

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

function measurementOf(starter: Starter, first: FirstAnswer | null, rounds: Rounds | undefined, session: string): InitMeasurement {
  if (rounds === undefined) throw new Error('a side that starts was not measured');
  const { instructions, timed, connects, response } = rounds;
  if (timed.kind === 'failed') return { ...timed, session };
  const firstResponse = firstResponseOf({
    ...{ awaits: starter.side.awaits, event: starter.asked, first },
    ...{ timed: timed.response, instructions: response?.instructions ?? null, connects: connects.response },
  });
  return { kind: 'measured', session, instructions, timed: timed.timed, connects: connects.init, firstResponse };
}

/** Head's init and its first response, each with who did what it grew by beside base's. */
function withGrowth(init: InitMeasurement, { base, head }: Pair<Counted>): InitMeasurement {
  if (init.kind !== 'measured' || base === null || head === null) return init;
  const { instructions, firstResponse } = init;
  return {
    ...init,
    instructions: grown(instructions, { base, head }),
    firstResponse:
      firstResponse?.kind === 'measured'
        ? { ...firstResponse, instructions: grown(firstResponse.instructions, { base: base.response, head: head.response }) }
        : firstResponse,
  };
}

function grown(instructions: CountedPart['instructions'], { base, head }: Pair<CountedPart>): CountedPart['instructions'] {
  if (instructions.kind !== 'counted' || base === null || base.graph === null || head === null || head.graph === null) return instructions;
  return { ...instructions, growth: growthOf({ base: base.graph, head: head.graph }) };
}

function treeOf({ base, head }: Pair<Counted>): FlameNode | null {
  if (head === null || head.graph === null || !head.isNamed) return null;
  const before = base === null || base.graph === null ? null : { init: base.graph, response: base.response?.graph ?? null };
  return flameOf({ base: before, head: { init: head.graph, response: head.response?.graph ?? null } });
}

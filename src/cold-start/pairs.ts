import type { Place } from '../core/exchange.ts';
import { ToolError } from '../core/failures.ts';
import { BrokenOff } from './broken-off.ts';
import { type InvocationResult, judgeAnswer } from './invocation.ts';
import type { Deployed, PairPlan, Slot } from './pair-plan.ts';
import type { SideSamples } from './samples.ts';
import type { CodeSide } from './scratch-code.ts';
import { type Sampled, Tally } from './tally.ts';

/**
 * Samples base and head in pairs until a look decides, the last is taken or time is up. Each look has two functions of its own, and at each
 * pair a coin says which of them holds whose code, half of the look's pairs each way: so a function on a faster host is no change of the code.
 * Without a base, head alone. A pair counts only where both sides gave a sample. Starts that fail are outcomes: once there is one all looks
 * are taken, so that they are tested once, at the end. A ToolError, as of `Tally.isExhausted`, is a BrokenOff that holds what was seen.
 */
export async function samplePairs(plan: PairPlan): Promise<Sampled> {
  const tally = new Tally(plan);
  try {
    return await sampleLooks(plan, tally);
  } catch (error) {
    throw error instanceof ToolError ? new BrokenOff(error, tally.ended('time')) : error;
  }
}

async function sampleLooks(plan: PairPlan, tally: Tally): Promise<Sampled> {
  const { looks, clock, deadline } = plan;
  for (const [taken, until] of looks.entries()) {
    if (clock.now() >= deadline) return tally.ended('time', taken);
    const coins = coinsFor(until - tally.head.pairs, plan);
    await using deployed = await plan.deploy(taken, coins[0] ?? false);
    const end = await sampleLook(deployed, coins, { plan, tally, deployment: taken });
    if (end !== 'whole') return tally.ended(end);
    const isLast = taken + 1 === looks.length;
    if (isLast || tally.hasFailed) continue;
    const { base, head } = tally;
    const firstResponse = { base: base?.firstResponses ?? null, head: head.firstResponses };
    const soFar = { base: base?.initDurations ?? null, head: head.initDurations, firstResponse, places: head.places };
    if (plan.decide({ ...soFar, taken: taken + 1, planned: looks.length })) return tally.ended('decided', taken + 1);
  }
  return tally.ended('looks', looks.length);
}

/** Which way round each of so many pairs is taken: half of them exchanged, in random order. */
function coinsFor(pairs: number, { rng, hasBase }: PairPlan): readonly boolean[] {
  if (!hasBase) return Array.from({ length: pairs }, () => false);
  const odd = rng() < 0.5 ? 1 : 0;
  const coins = Array.from({ length: pairs }, (_, place) => (place + odd) % 2 === 0);
  // Fisher and Yates.
  for (let place = pairs - 1; place > 0; place -= 1) {
    const other = Math.floor(rng() * (place + 1));
    [coins[place], coins[other]] = [coins[other] ?? false, coins[place] ?? false];
  }
  return coins;
}

interface Look {
  readonly plan: PairPlan;
  readonly tally: Tally;
  readonly deployment: number;
}

async function sampleLook({ slots }: Deployed, coins: readonly boolean[], look: Look): Promise<'whole' | 'time' | 'failures' | 'never'> {
  const { plan, tally, deployment } = look;
  const names = slots.map(({ name }) => name).join(' and ');
  let isFresh = true;
  for (const [pair, exchanged] of coins.entries()) {
    for (let counted = false; !counted; isFresh = false) {
      if (plan.clock.now() >= plan.deadline) return 'time';
      counted = await samplePair(heldBy(slots, exchanged), { deployment, exchanged }, isFresh, look);
      if (tally.isSettledByFailures) return 'never';
      if (tally.isExhausted(counted, names)) return 'failures';
    }
    plan.onPair(tally.head.pairs, deployment);
    const slot = slots[pair % slots.length] ?? slots[0];
    if (deployment === 0 && tally.host !== null) await sampleHost(slot, { deployment, exchanged }, tally.host, plan);
  }
  return 'whole';
}

/** A slot and whose code it holds. */
type Held = readonly [Slot, CodeSide];

function heldBy([first, second]: Deployed['slots'], exchanged: boolean): readonly Held[] {
  if (second === undefined) return [[first, 'head']];
  return exchanged
    ? [
        [second, 'base'],
        [first, 'head'],
      ]
    : [
        [first, 'base'],
        [second, 'head'],
      ];
}

/** One pair: both made cold together, then invoked one right after the other in random order, so that they share AWS's weather. */
async function samplePair(held: readonly Held[], place: Place, isFresh: boolean, { plan, tally }: Look): Promise<boolean> {
  // Whoever is made cold first waits longer for its start: the order of both is one.
  const ordered = plan.rng() < 0.5 ? held : held.toReversed();
  const results = await Promise.allSettled(ordered.map((one) => makeCold(one, isFresh, plan, tally)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  const invocations: { readonly side: CodeSide; readonly invocation: InvocationResult }[] = [];
  for (const [slot, side] of ordered) invocations.push({ side, invocation: judgeAnswer(await slot.invoke(plan.event), plan.memory) });
  const isWhole = invocations.every(({ invocation }) => invocation.kind === 'cold-start');
  for (const { side, invocation } of invocations) tally.of(side).add(invocation, isWhole, place);
  return isWhole;
}

/** What an extension's host takes without it, right after a pair, on either function in turn: so the hosts of AWS are the same for both. */
async function sampleHost(slot: Slot, place: Place, host: SideSamples, plan: PairPlan): Promise<void> {
  const ask = async (): Promise<InvocationResult> => judgeAnswer(await slot.invoke(plan.event), plan.memory);
  await slot.upload('host');
  host.drop(await ask());
  await slot.configure('host', plan.nonce());
  host.add(await ask(), true, place);
}

/**
 * Brings the code, and throws one start away: the first after an upload also fetches and unpacks what AWS has not cached yet. A function that
 * was just made has its code, and one that is new at head keeps it, unless its function was without it in between.
 */
async function makeCold([slot, side]: Held, isFresh: boolean, plan: PairPlan, tally: Tally): Promise<void> {
  const isExchanged = plan.hasBase || plan.hasHost;
  if (!isFresh && isExchanged) await slot.upload(side);
  if (isFresh || isExchanged) tally.of(side).drop(judgeAnswer(await slot.invoke(plan.event), plan.memory));
  await slot.configure(side, plan.nonce());
}

import { normalizeCrate } from '../crates.ts';
import type { MovedWork } from '../model/first-response.ts';
import type { NamedCode } from '../model/init.ts';
import { compareText } from '../pair.ts';
import type { Pair } from '../rows.ts';
import type { CountedInstructions } from '../snapshot/counted.ts';

/** What the figures of one side cannot tell from chance. */
const LEAST = 5_000;
/** Of the smaller of the two changes: less of it in the same functions is two changes that have nothing to do with each other. */
const SAME_CODE = 0.5;
/** Where the code has no names of its own in both places, only amounts that agree this well are the same work. */
const SAME_AMOUNT = 0.05;
/** A function that holds this much of what moved is the one to name. */
const HOLDS = 0.8;
const NAMED = 3;
/** The user's main, the body of an async one too: all that its thread does in init and for a response is under it, and it tells nothing. */
const MAIN = /(?:^|::)main(?:::\{\{closure\}\})*$/;

interface Counts {
  readonly init: Pair<CountedInstructions>;
  readonly response: Pair<CountedInstructions>;
}

/**
 * Work that went from init to the first response, or the other way: one grew as the other shrank, and it is the same functions' work, or, where the optimiser left
 * no functions to tell it by, about the same amount. `null` where nothing moved, or a side was not counted.
 */
export function movedWork({ init, response }: Counts, own: ReadonlySet<string>): MovedWork | null {
  if (init.base === null || init.head === null || response.base === null || response.head === null) return null;
  const [inInit, inResponse] = [init.head.total - init.base.total, response.head.total - response.base.total];
  const least = Math.min(Math.abs(inInit), Math.abs(inResponse));
  if (least < LEAST || Math.sign(inInit) === Math.sign(inResponse)) return null;
  const later = inInit < 0;
  const [lost, gained] = later ? [init, response] : [response, init];
  const shared = sharedWork(lost, gained);
  const byCode = Math.min(
    least,
    shared.reduce((sum, { self }) => sum + self, 0),
  );
  const alike = Math.abs(inInit + inResponse) <= least * SAME_AMOUNT;
  if (byCode < least * SAME_CODE && !alike) return null;
  const amount = alike ? least : byCode;
  return {
    direction: later ? 'later' : 'sooner',
    amount,
    functions: namesOf(shared, amount, own),
    together: { base: init.base.total + response.base.total, head: init.head.total + response.head.total },
  };
}

interface Shared {
  readonly crate: string;
  readonly name: string;
  readonly self: number;
  readonly inclusive: number;
}

/** What each function does less of in one place and more of in the other. */
function sharedWork(lost: Pair<CountedInstructions>, gained: Pair<CountedInstructions>): readonly Shared[] {
  const [less, more] = [changesOf(lost), changesOf(gained)];
  return [...less].flatMap(([key, from]) => {
    const to = more.get(key);
    if (to === undefined) return [];
    const self = Math.max(0, Math.min(-from.self, to.self));
    const inclusive = Math.max(0, Math.min(-from.inclusive, to.inclusive));
    return self === 0 && inclusive === 0 ? [] : [{ crate: from.crate, name: from.name, self, inclusive }];
  });
}

function changesOf({ base, head }: Pair<CountedInstructions>): ReadonlyMap<string, Shared> {
  const all = new Map<string, Shared>();
  for (const [side, sign] of [
    [base, -1],
    [head, 1],
  ] as const)
    for (const { crate, name, self, inclusive } of side?.functions ?? []) {
      const key = `${crate}\0${name}`;
      const before = all.get(key) ?? { crate, name, self: 0, inclusive: 0 };
      all.set(key, { crate, name, self: before.self + sign * self, inclusive: before.inclusive + sign * inclusive });
    }
  return all;
}

/** The lowest function that holds most of it, of the project's own where there is one; else those that hold the largest parts. */
function namesOf(shared: readonly Shared[], amount: number, own: ReadonlySet<string>): readonly NamedCode[] {
  const named = shared
    .filter(({ name, inclusive }) => inclusive >= amount * (1 - HOLDS) && !MAIN.test(name))
    .map(({ crate, name, inclusive }) => ({ crate, name, own: own.has(normalizeCrate(crate)), inclusive }))
    .toSorted((a, b) => a.inclusive - b.inclusive || compareText(a.name, b.name));
  const whole = named.filter(({ inclusive }) => inclusive >= amount * HOLDS);
  const one = whole.find((code) => code.own) ?? whole[0];
  const told = one === undefined ? named.toReversed().toSorted((a, b) => Number(b.own) - Number(a.own)) : [one];
  return told.slice(0, NAMED).map(({ crate, name, own: isOwn }) => ({ crate, name, own: isOwn }));
}

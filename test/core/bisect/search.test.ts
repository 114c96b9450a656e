import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJump, findJumps } from '../../../src/core/bisect/search.ts';
import type { Reading, Walker } from '../../../src/core/bisect/walker.ts';

/** A history by parents, with what each commit measures; `null`: it cannot be measured. */
class History implements Walker<string> {
  readonly asked: string[] = [];
  readonly #parents: ReadonlyMap<string, readonly string[]>;
  readonly #values: ReadonlyMap<string, number | null>;
  constructor(commits: readonly (readonly [name: string, parents: readonly string[], value: number | null])[]) {
    this.#parents = new Map(commits.map(([name, parents]) => [name, parents]));
    this.#values = new Map(commits.map(([name, , value]) => [name, value]));
  }

  readonly read = async (commit: string): Promise<Reading> => {
    this.asked.push(commit);
    const value = this.#values.get(commit);
    return value == null ? { kind: 'unknown', reason: 'it does not build' } : { kind: 'value', value };
  };

  readonly chain = async (from: readonly string[], to: string): Promise<readonly string[]> => {
    const seen = new Set(from.flatMap((one) => [...this.#reachable(one)]));
    const found: string[] = [];
    for (let at: string | undefined = to; at !== undefined && !seen.has(at); at = this.#parents.get(at)?.[0]) found.unshift(at);
    return found;
  };

  readonly parents = async (commit: string): Promise<readonly string[]> => this.#parents.get(commit) ?? [];

  readonly forks = async (one: string, others: readonly string[]): Promise<readonly string[]> => {
    const theirs = new Set(others.flatMap((other) => [...this.#reachable(other)]));
    const both = [...this.#reachable(one)].filter((commit) => theirs.has(commit));
    return both.filter((commit) => both.every((other) => other === commit || !this.#reachable(other).has(commit)));
  };

  #reachable(from: string): ReadonlySet<string> {
    const seen = new Set([from]);
    for (const one of seen) for (const parent of this.#parents.get(one) ?? []) seen.add(parent);
    return seen;
  }
}

/** `0` to `n`, each on the one before. */
function line(values: readonly (number | null)[], prefix = ''): (readonly [string, readonly string[], number | null])[] {
  return values.map((value, at) => [`${prefix}${at}`, at === 0 ? [] : [`${prefix}${at - 1}`], value]);
}

/**
 * A history that only grows, each commit by what it brought itself: branches that fork off, are brought up to date, merged
 * back for good or to go on, and both at once (criss-cross). `jumps`: the
 * commits in the history of the last one, with what each brought.
 */
function grownBy(
  acts: readonly (readonly [act: number, which: number, size: number])[],
  holes: readonly number[] = [],
): {
  readonly history: History;
  readonly end: string;
  readonly value: number;
  readonly jumps: readonly (readonly [string, number])[];
} {
  const commits: [string, readonly string[], number][] = [['0', [], 1_000]];
  const brought = new Map<string, ReadonlyMap<string, number>>([['0', new Map()]]);
  const add = (parents: readonly string[], size: number): string => {
    const name = `${commits.length}`;
    const all = new Map(parents.flatMap((parent) => [...(brought.get(parent) ?? [])]));
    if (size > 0) all.set(name, size);
    brought.set(name, all);
    commits.push([name, parents, 1_000 + [...all.values()].reduce((sum, one) => sum + one, 0)]);
    return name;
  };
  let main = '0';
  let branches: string[] = [];
  for (const [act, which, size] of acts) {
    const at = which % Math.max(1, branches.length);
    const branch = branches[at];
    const grows = size > 60 ? size : size % 3;
    if (act === 0 || branch === undefined) branches.push(add([main], grows));
    else if (act === 1) main = add([main], grows);
    else if (act === 2) branches[at] = add([branch, main], 0);
    else if (act === 3) {
      main = add([main, branch], 0);
      if (size % 2 === 0) branches = branches.filter((one) => one !== branch);
    } else if (act === 5 && size % 3 === 0) [main, branches[at]] = [add([main, branch], 0), add([branch, main], 0)];
    else branches[at] = add([branch], grows);
  }
  const end = branches.reduce((onto, branch) => add([onto, branch], 0), main);
  const [, , value = 0] = commits.at(-1) ?? [];
  const last = commits.find(([name]) => name === end);
  const measured = commits.map(
    ([name, parents, all]) => [name, parents, name !== end && holes.includes(Number(name)) ? null : all] as const,
  );
  return { history: new History(measured), end, value: last?.[2] ?? value, jumps: [...(brought.get(end) ?? [])] };
}

describe('one jump', () => {
  it('is found in a line, in as many steps as the logarithm says, passing over what does not build', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.nat(), fc.array(fc.nat(), { maxLength: 4 }), async (length, place, holes) => {
        const culprit = 1 + (place % length);
        const unknown = new Set(holes.map((hole) => 1 + (hole % length)).filter((at) => at !== length));
        const values = Array.from({ length: length + 1 }, (_, at) =>
          unknown.has(at) ? null : at < culprit ? 100 + (at % 3) : 200 + (at % 3),
        );
        const history = new History(line(values));
        const low = { commit: '0', value: values[0] ?? 0 };
        const high = { commit: `${length}`, value: values[length] ?? 0 };
        const jump = await findJump(low, high, history);
        expect(jump.commits).toContain(`${culprit}`);
        // Every commit of an answer but the last was tried in vain.
        for (const commit of jump.commits.slice(0, -1)) expect(unknown.has(Number(commit))).toBe(true);
        expect(jump.before.value).toBeLessThan(150);
        expect(jump.after.value).toBeGreaterThan(150);
        const tried = new Set(history.asked.filter((one) => unknown.has(Number(one)))).size;
        expect(new Set(history.asked).size).toBeLessThanOrEqual(Math.ceil(Math.log2(length)) + tried + 1);
      }),
    );
  });

  it('is found inside a merge, and inside a merge of that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 40 }),
        fc.nat(),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(),
        fc.boolean(),
        async (length, place, side, sidePlace, nested) => {
          const merge = 1 + (place % length);
          const culprit = sidePlace % side;
          // The side forks off at the beginning; one of its commits is the planted one, or a merge of a branch that is.
          const commits: (readonly [string, readonly string[], number | null])[] = [];
          for (let at = 0; at <= length; at += 1)
            commits.push([`${at}`, at === 0 ? [] : at === merge ? [`${at - 1}`, `s${side - 1}`] : [`${at - 1}`], at < merge ? 100 : 200]);
          for (let at = 0; at < side; at += 1) {
            const parents = [at === 0 ? '0' : `s${at - 1}`];
            if (nested && at === culprit) {
              commits.push(['n0', ['0'], 100], ['n1', ['n0'], 200], ['n2', ['n1'], 200]);
              parents.push('n2');
            }
            commits.push([`s${at}`, parents, at < culprit ? 100 : 200]);
          }
          const history = new History(commits);
          const jump = await findJump({ commit: '0', value: 100 }, { commit: `${length}`, value: 200 }, history);
          expect(jump.commits).toEqual([nested ? 'n1' : `s${culprit}`]);
          expect(jump.merges).toEqual(nested ? [`${merge}`, `s${culprit}`] : [`${merge}`]);
          expect(jump.ofMerge).toBe(false);
          expect([jump.before.value, jump.after.value]).toEqual([100, 200]);
          const logs = Math.ceil(Math.log2(length)) + Math.ceil(Math.log2(side + 1)) + (nested ? Math.ceil(Math.log2(4)) : 0);
          // With the two ends, which whoever asks has measured, and one parent of a side's first commit.
          expect(new Set(history.asked).size).toBeLessThanOrEqual(logs + (nested ? 2 : 1));
        },
      ),
    );
  });

  it('of a merge that neither side has is the merge', async () => {
    const history = new History([...line([100, 100]), ['s', ['0'], 100], ['m', ['1', 's'], 200], ['end', ['m'], 200]]);
    const jump = await findJump({ commit: '0', value: 100 }, { commit: 'end', value: 200 }, history);
    expect(jump).toMatchObject({ commits: ['m'], ofMerge: true, merges: [], before: { commit: '1' }, after: { commit: 'm' } });
  });

  it('of a merge of three is found on the side that has it', async () => {
    const history = new History([...line([100, 100]), ['a', ['0'], 100], ['b', ['0'], 200], ['m', ['1', 'a', 'b'], 200]]);
    const jump = await findJump({ commit: '0', value: 100 }, { commit: 'm', value: 200 }, history);
    expect(jump).toMatchObject({ commits: ['b'], merges: ['m'] });
  });

  it('of a merge of several is on the largest side where none has half of it', async () => {
    const history = new History([
      ...[['0', [], 100] as const, ['main', ['0'], 90] as const, ['a', ['0'], 130] as const, ['b', ['0'], 101] as const],
      ...[['b2', ['b'], 136] as const, ['c', ['0'], 134] as const, ['m', ['main', 'a', 'b2', 'c'], 190] as const],
    ]);
    const jump = await findJump({ commit: 'main', value: 90 }, { commit: 'm', value: 190 }, history);
    expect(jump).toMatchObject({ commits: ['b2'], merges: ['m'], ofMerge: false, before: { commit: 'b', value: 101 } });
  });

  it('is found on a side that began before its target shrank, or grew', async () => {
    for (const main of [100, -100, 30, -30, 1_000]) {
      const history = new History([
        ...[['0', [], 1_000] as const, ['main', ['0'], 1_000 + main] as const],
        ...[['a', ['0'], 1_000] as const, ['b', ['a'], 1_001] as const, ['c', ['b'], 1_061] as const, ['d', ['c'], 1_062] as const],
        ...[['m', ['main', 'd'], 1_062 + main] as const, ['end', ['m'], 1_062 + main] as const],
      ]);
      const jump = await findJump({ commit: 'main', value: 1_000 + main }, { commit: 'end', value: 1_062 + main }, history);
      expect(jump, `${main}`).toMatchObject({ commits: ['c'], merges: ['m'], before: { value: 1_001 }, after: { value: 1_061 } });
    }
  });

  it('of a merge itself is no small step of a side that began higher', async () => {
    const history = new History([
      ...[['0', [], 200] as const, ['main', ['0'], 100] as const, ['a', ['0'], 200] as const, ['b', ['a'], 201] as const],
      ['m', ['main', 'b'], 150],
    ]);
    const jump = await findJump({ commit: 'main', value: 100 }, { commit: 'm', value: 150 }, history);
    expect(jump).toMatchObject({ commits: ['m'], ofMerge: true, merges: [] });
  });

  it('on a side that was brought up to date is no growth of its target', async () => {
    const history = new History([
      ...[['0', [], 100] as const, ['grew', ['0'], 200] as const, ['main', ['grew'], 200] as const],
      ...[['a', ['0'], 160] as const, ['update', ['a', 'grew'], 260] as const, ['b', ['update'], 260] as const],
      ['m', ['main', 'b'], 260],
    ]);
    const jump = await findJump({ commit: 'main', value: 200 }, { commit: 'm', value: 260 }, history);
    expect(jump).toMatchObject({ commits: ['a'], merges: ['m'], ofMerge: false, before: { commit: '0' } });
  });

  it('behind a good commit on another branch that was smaller is the one on this branch', async () => {
    const history = new History([
      ...[['0', [], 300] as const, ['release', ['0'], 100] as const, ['a', ['0'], 301] as const, ['b', ['a'], 401] as const],
      ...[['m', ['b', 'release'], 201] as const, ['end', ['m'], 201] as const],
    ]);
    const jump = await findJump({ commit: 'release', value: 100 }, { commit: 'end', value: 201 }, history);
    expect(jump).toMatchObject({ commits: ['b'], before: { commit: 'a' }, merges: [] });
  });

  it('behind a good commit that is on another branch is told against its own parent', async () => {
    const history = new History([...line([100, 200, 210]), ['good', ['0'], 90], ['m', ['2', 'good'], 210]]);
    const jump = await findJump({ commit: 'good', value: 90 }, { commit: 'm', value: 210 }, history);
    expect(jump).toMatchObject({ commits: ['1'], before: { commit: '0', value: 100 } });
  });
});

describe('several jumps', () => {
  it('are found in turn, the largest first, and small steps are none', async () => {
    const values = [100, 100, 150, 151, 151, 251, 252, 252, 282, 282];
    const jumps = await findJumps({ commit: '0', value: 100 }, { commit: '9', value: 282 }, new History(line(values)));
    expect(jumps.map(({ commits, before, after }) => [commits, after.value - before.value])).toEqual([
      [['5'], 100],
      [['2'], 50],
      [['8'], 30],
    ]);
  });

  it('are found inside one merge, on both sides of one of three, and beside it', async () => {
    const history = new History([
      ...[['0', [], 100] as const, ['main', ['0'], 150] as const],
      ...[['a', ['0'], 140] as const, ['b', ['a'], 141] as const, ['c', ['b'], 201] as const, ['x', ['0'], 130] as const],
      ...[['m', ['main', 'c', 'x'], 281] as const, ['end', ['m'], 281] as const],
    ]);
    const jumps = await findJumps({ commit: '0', value: 100 }, { commit: 'end', value: 281 }, history);
    expect(jumps.map(({ commits, merges, before, after }) => [commits, merges, after.value - before.value])).toEqual([
      [['c'], ['m'], 60],
      [['main'], [], 50],
      [['a'], ['m'], 40],
      [['x'], ['m'], 30],
    ]);
  });

  it('are none where all came in small steps', async () => {
    const values = Array.from({ length: 101 }, (_, at) => 100 + at);
    expect(await findJumps({ commit: '0', value: 100 }, { commit: '100', value: 200 }, new History(line(values)))).toEqual([]);
  });

  it('are all of those that a measurement of every commit shows, in histories with merges and updates', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(5), fc.nat(), fc.nat(99)), { minLength: 3, maxLength: 40 }), async (acts) => {
        const { history, end, value, jumps } = grownBy(acts);
        fc.pre(value > 1_000);
        const found = await findJumps({ commit: '0', value: 1_000 }, { commit: end, value }, history);
        const own = new Map(jumps);
        for (const { commits, before, after, ofMerge } of found) {
          expect(ofMerge).toBe(false);
          expect(after.value - before.value).toBe(own.get(commits[0] ?? ''));
        }
        const one = await findJump({ commit: '0', value: 1_000 }, { commit: end, value }, history);
        expect(one.ofMerge).toBe(false);
        expect(one.after.value - one.before.value).toBe(own.get(one.commits[0] ?? ''));
        const large = jumps.filter(([, size]) => size >= (value - 1_000) * 0.05).map(([commit]) => commit);
        if (large.length < 10) expect(new Set(found.flatMap(({ commits }) => commits))).toEqual(new Set(large));
      }),
      { numRuns: 500 },
    );
  });

  it('end, and name what could not be measured, in histories with holes', async () => {
    const act = fc.tuple(fc.nat(5), fc.nat(), fc.nat(99));
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 40 }), fc.array(fc.nat(60), { maxLength: 12 }), async (acts, holes) => {
        const { history, end, value, jumps } = grownBy(acts, holes);
        fc.pre(value > 1_000 && jumps.length > 0);
        const ends = [
          { commit: '0', value: 1_000 },
          { commit: end, value },
        ] as const;
        for (const { commits, after } of [await findJump(...ends, history), ...(await findJumps(...ends, history))]) {
          expect(commits.at(-1)).toBe(after.commit);
          // Without a hole there is nothing that could not be told apart.
          if (commits.length > 1) expect(holes.length).toBeGreaterThan(0);
          expect(history.asked.length).toBeLessThan(2_000);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('end: each is another commit, together no more than the whole where nothing shrinks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(100), { minLength: 1, maxLength: 60 }), async (steps) => {
        let value = 1_000;
        const values = [value, ...steps.map((step) => (value += step))];
        const [low, high] = [
          { commit: '0', value: 1_000 },
          { commit: `${steps.length}`, value },
        ];
        const jumps = await findJumps(low, high, new History(line(values)));
        expect(new Set(jumps.map(({ commits }) => commits.join())).size).toBe(jumps.length);
        expect(jumps.reduce((sum, { before, after }) => sum + after.value - before.value, 0)).toBeLessThanOrEqual(value - 1_000);
        for (const { commits, before, after } of jumps) expect(after.value - before.value).toBe(steps[Number(commits[0]) - 1]);
      }),
    );
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/failures.ts';
import { millis } from '../../src/core/units.ts';
import { type CountedRun, countInstructions, INSTRUCTIONS_TIMEOUT } from '../../src/init/instructions.ts';
import { parseCallgrind } from '../../src/init/profile/callgrind.ts';
import type { Profile } from '../../src/init/profile/profile.ts';
import type { Start } from '../../src/init/start.ts';
import { Functions, processesIn, wholeOf } from './functions.ts';

let functions: Functions;
let root: string;
beforeAll(async () => {
  functions = await Functions.compile();
  root = await functions.root('counted');
});
afterAll(() => functions[Symbol.asyncDispose]());

function count(mode: string, timeout: number = INSTRUCTIONS_TIMEOUT): Promise<Start<CountedRun>> {
  return countInstructions({
    ...functions.options(root, { mode, timeout: millis(timeout) }),
    valgrind: { path: '/usr/bin/valgrind', env: {} },
  });
}

async function counted(mode: string): Promise<Profile> {
  const result = await count(mode);
  if (result.kind !== 'reached') throw new Error(JSON.stringify(result));
  return wholeOf(result.value.init);
}

function named(profile: Profile, pattern: RegExp) {
  return profile.functions.find(({ name }) => pattern.test(name));
}

describe('instructions of a start', () => {
  it('repeat within 0.1 %', async () => {
    const totals = [await counted('plain'), await counted('plain'), await counted('plain')].map(({ total }) => total);
    expect(Math.max(...totals) / Math.min(...totals) - 1).toBeLessThan(0.001);
    expect(Math.min(...totals)).toBeGreaterThan(100_000);
    expect(Math.max(...totals)).toBeLessThan(2_000_000);
  });

  it('are those of the functions, with what each called', async () => {
    const profile = await counted('work');
    const planted = profile.functions.findIndex(({ name }) => /planted/.test(name));
    const main = profile.functions.findIndex(({ name }) => /^function::main$|^main::main$/.test(name));
    expect([planted, main].every((place) => place >= 0)).toBe(true);
    expect(profile.functions[planted]?.self).toBeGreaterThan(1_000_000);
    expect(profile.functions[main]?.inclusive).toBeGreaterThan(profile.functions[planted]?.inclusive ?? 0);
    expect(profile.functions[main]?.object).toContain('bootstrap');
    expect(profile.calls.find(({ callee }) => callee === planted)).toMatchObject({ caller: main, count: 1 });
    expect(named(profile, /^_?dl_main$/)?.object).toMatch(/ld-linux|ld-[\d.]+so|ld\.so/);
    expect(profile.functions.reduce((sum, { self }) => sum + self, 0)).toBe(profile.total);
  });

  it('are counted with threads and forks beside them, and nothing is left running', async () => {
    expect((await counted('threads')).total).toBeGreaterThan(100_000);
    expect((await counted('fork')).total).toBeGreaterThan(100_000);
    expect(await processesIn(functions.path)).toEqual([]);
  });

  it.each(['blocks-signals', 'ignores-alarm'])('are counted of a function that nothing but KILL ends (%s)', async (mode) => {
    const [whole, work] = [await counted(mode), await counted('work')];
    expect(Math.abs(whole.total - work.total)).toBeLessThan(5_000);
    expect(await processesIn(functions.path)).toEqual([]);
  });

  it('are none where threads start one another for ever', async () => {
    const result = await count('relay');
    expect(result).toMatchObject({ kind: 'reached', value: { init: { kind: 'restless', who: 'relay' } } });
  });

  it('are told of as background work where a thread runs many short ones after one another', async () => {
    const result = await count('one-after-another');
    if (result.kind !== 'reached' || result.value.init.kind !== 'threads') throw new Error(JSON.stringify(result));
    const worked = result.value.init.threads.filter(({ profile, after }) => after === 'worked-on' && profile.total > 100_000);
    // Those that were done before the first request were in time.
    expect(worked.length).toBeGreaterThan(10);
  });

  it('are not counted where init does not end', async () => {
    expect(await count('exit')).toEqual({ kind: 'exited', code: 3, signal: null, lastLines: ['no table'] });
    expect(await count('never', 1_500)).toMatchObject({ kind: 'timed-out', waitingFor: ['runtime'] });
  });

  it('need valgrind', async () => {
    const missing = countInstructions({ ...functions.options(root), valgrind: { path: '/no/such/valgrind', env: {} } });
    await expect(missing).rejects.toThrow(ToolError);
  });
});

const HEAD = '# callgrind format\nversion: 1\ncreator: callgrind-3.19.0\ncmd: ./bootstrap\npositions: line\nevents: Ir\n';

describe('a callgrind file', () => {
  it('is read as its manual shows it', () => {
    const text = `${HEAD}
fl=(1) file1.c
fn=(1) main
16 20
cfn=(2) func1
calls=1 50
16 400
cfi=(2) file2.c
cfn=(3) func2
calls=3 20
16 400

fn=(2)
51 100
cfi=(2)
cfn=(3)
calls=2 20
51 300

fl=(2)
fn=(3)
20 700

totals: 820
`;
    expect(parseCallgrind(text)).toEqual({
      total: 820,
      functions: [
        { name: 'main', object: null, file: 'file1.c', self: 20, inclusive: 820 },
        { name: 'func1', object: null, file: 'file1.c', self: 100, inclusive: 400 },
        { name: 'func2', object: null, file: 'file2.c', self: 700, inclusive: 700 },
      ],
      calls: [
        { caller: 0, callee: 1, count: 1, inclusive: 400 },
        { caller: 0, callee: 2, count: 3, inclusive: 400 },
        { caller: 1, callee: 2, count: 2, inclusive: 300 },
      ],
    });
  });

  it('may have relative and several positions, other events, and costs left out', () => {
    const head = 'positions: instr line\nevents: Dr Ir\n';
    const text = `${head}fn=a\n0x10 1 5 7\n+3 +1 5 2\n* -1 5\n+1 * 0 1\ncfn=a\ncalls=4 0x10 1\n* * 1 6\ntotals: 15 10\n`;
    expect(parseCallgrind(text)).toMatchObject({
      total: 10,
      functions: [{ self: 10, inclusive: 10 }],
      calls: [{ count: 4, inclusive: 6 }],
    });
  });

  it.each([
    ['no totals', `${HEAD}fn=a\n1 2\n`],
    ['a total that is another', `${HEAD}fn=a\n1 2\ntotals: 3\n`],
    ['a number that no name was given', `${HEAD}fn=(7)\n1 2\ntotals: 2\n`],
    ['a cost of no function', `${HEAD}1 2\ntotals: 2\n`],
    ['a call of nothing', `${HEAD}fn=a\ncalls=1 2\n1 2\ntotals: 0\n`],
    ['a call without its cost', `${HEAD}fn=a\ncfn=b\ncalls=1 2\ntotals: 0\n`],
    ['a cost that is no number', `${HEAD}fn=a\n1 x\ntotals: 0\n`],
    ['no instructions among its events', 'events: Dr\nfn=a\n1 1\ntotals: 1\n'],
    ['an unknown line', `${HEAD}fn=a\nwhat is this\n1 2\ntotals: 2\n`],
    ['nothing', ''],
  ])('with %s is refused', (_name, text) => {
    expect(() => parseCallgrind(text)).toThrow(ToolError);
  });

  it('gives back what was written, compressed or not', () => {
    const name = fc.stringMatching(/^[A-Za-z_<][\w:<>&, {}]{0,20}[\w>]$/);
    const costs = fc.array(fc.nat(100_000), { minLength: 1, maxLength: 4 });
    const functionsOf = fc.uniqueArray(fc.record({ name, costs }), { selector: (one) => one.name, minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        functionsOf,
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.nat(9), fc.nat(999))),
        (list, isShort, wanted) => {
          const known = new Set<number>();
          const write = (place: number): string => {
            if (!isShort) return list[place]?.name ?? '';
            const isNew = !known.has(place);
            known.add(place);
            return isNew ? `(${place + 1}) ${list[place]?.name}` : `(${place + 1})`;
          };
          const calls = wanted.filter(([caller, callee]) => caller < list.length && callee < list.length);
          const blocks = list.map(({ costs: own }, place) => {
            const lines = [`fn=${write(place)}`, ...own.map((cost, line) => (line === 0 ? `10 ${cost}` : `+${line} ${cost}`))];
            const called = calls
              .filter(([caller]) => caller === place)
              .flatMap(([, callee, times, cost]) => [`cfn=${write(callee)}`, `calls=${times} 1`, `* ${cost}`]);
            return [...lines, ...called].join('\n');
          });
          const total = list.flatMap((one) => one.costs).reduce((sum, cost) => sum + cost, 0);
          const profile = parseCallgrind(`${HEAD}${blocks.join('\n\n')}\n\ntotals: ${total}\n`);
          expect(profile.total).toBe(total);
          for (const { name: wantedName, costs: own } of list) {
            const found = profile.functions.find((one) => one.name === wantedName);
            const self = own.reduce((sum, cost) => sum + cost, 0);
            expect(found?.self).toBe(self);
            expect(found?.inclusive).toBeGreaterThanOrEqual(self);
            expect(found?.inclusive).toBeLessThanOrEqual(total);
          }
          expect(profile.calls.reduce((sum, { inclusive }) => sum + inclusive, 0)).toBe(calls.reduce((sum, call) => sum + call[3], 0));
          expect(profile.calls.reduce((sum, call) => sum + call.count, 0)).toBe(calls.reduce((sum, call) => sum + call[2], 0));
        },
      ),
    );
  });

  it('is either read or refused, whatever it says', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'fn=(1) a',
        'fn=(1)',
        'cfn=(2) b',
        'calls=1 1',
        '1 2',
        '* 3',
        '+1',
        'ob=(1) x',
        'fl=(1)',
        'events: Ir',
        'totals: 5',
        'fn=',
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        try {
          const profile = parseCallgrind(lines.join('\n'));
          return profile.functions.reduce((sum, { self }) => sum + self, 0) === profile.total;
        } catch (error) {
          return error instanceof ToolError;
        }
      }),
      { numRuns: 500 },
    );
  });
});

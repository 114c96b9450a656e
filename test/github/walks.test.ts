import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type GitHubDouble, startGitHub } from '../doubles/github.ts';
import type { Step, World } from './walk-world.ts';

const WALKS = 250;

const at = fc.nat({ max: 3 });
/** Mostly back and forth between two that grow: what a label for one lets pass of the other. */
const head = fc.constantFrom('a', 'a', 'a', 'b', 'b', 'c', 'd');
const kind = <K extends Step['kind']>(...kinds: readonly K[]): fc.Arbitrary<K> => fc.constantFrom(...kinds);
const often = (one: number): fc.Arbitrary<boolean> => fc.nat({ max: one - 1 }).map((drawn) => drawn > 0);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: kind('push'), head, forced: fc.constantFrom(false, false, true) }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('label'), by: fc.constantFrom('alice', 'alice', 'alice', 'rita'), at }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('begin'), late: fc.constantFrom(0, 0, 500, 90_000), at }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('finish'), cancelled: often(4).map((told) => !told), at }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('rerun'), whole: fc.constantFrom(false, false, true), at }) },
  { weight: 8, arbitrary: fc.record({ kind: kind('check'), at }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('unlabel', 'retarget', 'report'), at }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('second') }) },
);
/** Milliseconds: some steps are in one second. */
const wait = fc.constantFrom(60_000, 60_000, 60_000, 1_000, 400, 1);

let github: GitHubDouble;
let temp: string;
let open: (...given: ConstructorParameters<typeof World>) => World;
beforeAll(async () => {
  github = await startGitHub();
  temp = await mkdtemp(join(tmpdir(), 'coldgate-walks-'));
  // Where the toolkit asks for artifacts, which it reads when it is loaded.
  process.env.GITHUB_API_URL = github.url;
  // It tells of each download there, some thousand lines.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const world = await import('./walk-world.ts');
  open = (...given) => new world.World(...given);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await github[Symbol.asyncDispose]();
  await rm(temp, { recursive: true, force: true });
});

test.each([
  ['check, in one job', false],
  ['measure and report', true],
])(
  '%s: no walk ends in a pass on growth that nobody saw, nor in a fail where nothing grew or where it was accepted in plain sight',
  async (_, pair) => {
    const verdicts = { pass: 0, accepted: 0, fail: 0, must: 0 };
    let walks = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, wait), { minLength: 6, maxLength: 18, size: 'max' }), async (steps) => {
        walks += 1;
        const world = open(github, { pair, name: `app-${pair}-${walks}`, temp });
        for (const [taken, after] of steps) await world.take(taken, after);
        for (const kind of ['pass', 'accepted', 'fail', 'must'] as const) verdicts[kind] += world.verdicts[kind];
      }),
      { numRuns: WALKS / 2 },
    );
    // The walks have been everywhere.
    expect(Object.values(verdicts).every((count) => count > 10)).toBe(true);
  },
  600_000,
);

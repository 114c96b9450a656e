import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseMonth } from '../../src/core/history/months.ts';
import { bisectionJsonSchema } from '../../src/report/json/bisection.ts';
import { Home } from './coldgate.ts';
import { fingerprint } from './fingerprint.ts';
import { Links } from './links.ts';
import { manifest, Project, TINY_MAIN, tiny } from './project.ts';

/** Text that hardly compresses. */
function noise(kilobytes: number, seed: string): string {
  let text = '';
  for (let at = 0; text.length < kilobytes * 1_000; at += 1) text += createHash('sha512').update(`${seed}${at}`).digest('base64');
  return text.slice(0, kilobytes * 1_000);
}

/** The tiny function as it stands at a commit: what was brought until then. */
interface Stand {
  readonly filler: number;
  /** `script`: its build script fails. */
  readonly broken: boolean | 'script';
  /** Whether it depends on a crate with a table. */
  readonly crate: number;
  /** A table of its own, in kilobytes. */
  readonly own: number;
  /** Rounds of work before the first request. */
  readonly work: number;
}

function files({ filler, broken, crate, own, work }: Stand): Record<string, string | null> {
  const body = [
    `std::hint::black_box(${filler});`,
    ...(crate > 0 ? ['table::touch();'] : []),
    ...(own > 0 ? [`std::hint::black_box("${noise(own, 'own')}");`] : []),
    ...(work > 0 ? [`let mut sum = 0u64; for at in 0..${work}u64 { sum = std::hint::black_box(sum ^ at); }`] : []),
    ...(broken === true ? ['let missing: () = nowhere::at_all();'] : []),
  ];
  return {
    ...tiny(
      'tiny',
      `\n[dependencies]\n${crate > 0 ? `table = { git = "file://${library.path}" }\n` : ''}\n[profile.release]\nopt-level = 2\n`,
    ),
    'Cargo.lock': '',
    'build.rs': broken === 'script' ? 'fn main() { panic!("no such service") }\n' : null,
    '.gitignore': 'target/\nCargo.lock\n',
    'src/main.rs': TINY_MAIN.replace('fn main() {', `fn main() {\n    ${body.join('\n    ')}`),
  };
}

const START: Stand = { filler: 0, broken: false, crate: 0, own: 0, work: 0 };

let home: Home;
let project: Project;
/** A repository that is a dependency. */
let library: Project;
const planted: Record<string, string> = {};

/**
 * Thirty commits: two that do not build, a table of the function's own on the first parents, and a merge of a branch of eight that brings a crate
 * and work at start.
 */
beforeAll(async () => {
  home = await Home.create();
  library = await Project.create({
    'Cargo.toml': manifest('table'),
    'src/lib.rs': `#[inline(never)]\npub fn touch() { std::hint::black_box("${noise(60, 'crate')}"); }\n`,
  });
  project = await Project.create({});
  await project.commit(files(START), 'start');
  let [main, side] = [START, START];
  let count = 0;
  const commit = async (stand: Stand, message: string): Promise<string> => project.commit(files(stand), message);
  const step = async (change: Partial<Stand>, message: string): Promise<string> => {
    count += 1;
    main = { ...main, ...change, broken: change.broken ?? false, filler: count };
    return commit(main, message);
  };
  planted.good = await project.git('rev-parse', 'HEAD');
  for (let at = 1; at <= 4; at += 1) await step({}, `main ${at}`);
  await project.git('checkout', '--quiet', '-b', 'side');
  side = main;
  for (let at = 1; at <= 8; at += 1) {
    side = { ...side, filler: 1_000 + at, ...(at === 3 ? { work: 300_000 } : {}), ...(at === 6 ? { crate: 1 } : {}) };
    const sha = await commit(side, `side ${at}`);
    if (at === 3) planted.work = sha;
    if (at === 6) planted.crate = sha;
  }
  await project.git('checkout', '--quiet', 'main');
  for (let at = 5; at <= 10; at += 1) await step(at === 7 ? { broken: true } : {}, `main ${at}`);
  main = { ...main, crate: side.crate, work: side.work };
  await project.git('merge', '--quiet', '--no-commit', '--no-ff', '--strategy=ours', 'side');
  planted.merge = await step({}, 'merge side');
  for (let at = 11; at <= 20; at += 1) {
    const sha = await step({ ...(at === 12 ? { broken: 'script' } : {}), ...(at === 15 ? { own: 150 } : {}) }, `main ${at}`);
    if (at === 15) planted.own = sha;
  }
});

afterAll(async () => {
  await project?.[Symbol.asyncDispose]();
  await library?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

interface Found {
  readonly jumps: readonly {
    readonly commits: readonly { readonly sha: string }[];
    readonly merges: readonly { readonly sha: string }[];
    readonly share: number;
  }[];
  readonly built: number;
  readonly stored: number;
  readonly distance: number;
  readonly skipped: readonly unknown[];
}

async function bisect(...args: readonly string[]): Promise<Found & { readonly stderr: string }> {
  const ended = await home.run(project.path, ['bisect', '--good', planted.good ?? '', '--json', '-', ...args]);
  expect(ended.code, ended.stderr).toBe(0);
  const found = JSON.parse(ended.stdout);
  const validate = new Ajv2020({ validateFormats: false }).compile(bisectionJsonSchema());
  expect(validate(found), JSON.stringify(validate.errors)).toBe(true);
  return { ...found, stderr: ended.stderr };
}

describe('bisect over thirty commits with a merge and two that do not build', () => {
  it('ended in the middle leaves the tree alone, and the next run goes on: a table on the first parents, within the bound', async () => {
    expect(Number(await project.git('rev-list', '--count', 'HEAD'))).toBe(31);
    await project.write({ 'src/extra.rs': '// of the user\n' });
    const before = await fingerprint(project.path);
    const first = home.start(project.path, ['bisect', '--good', planted.good ?? '']);
    await first.says(/step 4 of about/);
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    expect(await fingerprint(project.path)).toEqual(before);

    const found = await bisect();
    expect(found.jumps).toMatchObject([{ commits: [{ sha: planted.own }], merges: [], share: expect.closeTo(0.7, 1) }]);
    expect(found.stored).toBeGreaterThanOrEqual(3);
    // The two ends, and the logarithm of twenty-one.
    expect(found.built + found.stored).toBeLessThanOrEqual(2 + 5);
    expect(found.stderr).toMatch(/step \d of about \d+, about .* left: [0-9a-f]{7} "main/);
    expect(await fingerprint(project.path)).toEqual(before);
  });

  it.each([
    ['crate:table', 'crate'],
    ['dependencies', 'crate'],
    ['init.instructions', 'work'],
  ] as const)('%s: inside the merge', async (metric, culprit) => {
    const found = await bisect('--metric', metric);
    expect(found.jumps).toMatchObject([
      { commits: [{ sha: planted[culprit] }], merges: [{ sha: planted.merge }], share: expect.closeTo(1, 1) },
    ]);
    // log2 of 21 and of the 8 of the side, with the merge; the two ends.
    expect(found.built + found.stored).toBeLessThanOrEqual(5 + 4 + 2);
  });

  it('--all finds both jumps of the package, the larger first', async () => {
    const found = await bisect('--all');
    expect(found.jumps.map(({ commits }) => commits[0]?.sha)).toEqual([planted.own, planted.crate]);
    expect(found.jumps.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 1);
    const ended = await home.run(project.path, ['bisect', '--good', planted.good ?? '', '--all']);
    expect(ended.stdout).toContain(`${planted.own?.slice(0, 7)} "main 15"`);
    expect(ended.stdout).toMatch(/it came in by the merge [0-9a-f]{7} "merge side"/);
    expect(ended.stdout).toMatch(/the package|package [\d,]+ → [\d,]+ B \(\+\d+ kB\): \d+ % of the growth/);
    for (const line of ended.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('says what is wrong with ends that are the wrong way round, no ancestor, or alike', async () => {
    const wrong = async (...args: readonly string[]): Promise<string> => {
      const ended = await home.run(project.path, ['bisect', ...args]);
      expect(ended.code).toBe(2);
      return ended.stderr;
    };
    expect(await wrong('--good', 'HEAD', '--bad', planted.good ?? '')).toContain('is not in the history of');
    expect(await wrong('--good', 'HEAD', '--bad', 'HEAD')).toContain('are one commit');
    expect(await wrong('--good', 'nowhere')).toContain('--good "nowhere": there is no such commit');
    expect(await wrong('--bad', 'HEAD')).toContain('bisect needs --good');
    expect(await wrong('--good', `${planted.own}`, '--metric', 'dependencies')).toContain('dependencies did not grow: it is 1 at');
    expect(await wrong('--good', 'HEAD^', '--metric', 'init.cpu')).toContain('cannot be told apart over commits');
    expect(await wrong('--good', 'HEAD^', '--metric', 'init.instructions', '--init', 'off')).toContain('leave out --init off');
    expect(await wrong('--good', 'HEAD^', '--metric', 'zip,binary')).toContain('bisect goes by one metric');
    expect(await wrong('--good', 'HEAD^', '--metric', 'zipp')).toContain('did you mean "zip"?');
  });
});

describe('log', () => {
  it('measures each commit of a range once, with a row for what does not build, and lines that a history takes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coldgate-log-'));
    try {
      const lines = join(folder, 'lines.jsonl');
      const args = ['log', `${planted.merge}..HEAD`, '--json', lines, '--metric', 'zip,crate:table'];
      const ended = await home.run(project.path, args);
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stdout.split('\n')[1]).toMatch(/^date {8}commit {2} *package {2} *change {2} *crate:table {2} *change$/);
      expect(ended.stdout).toMatch(/ +– +– +main 12\n {12}not measured: no such service/);
      expect(ended.stdout).toMatch(/\+11\d kB .* main 15/);
      expect(ended.stdout).toContain('10 commits, 1 of them without figures');
      for (const line of ended.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      const text = await readFile(lines, 'utf8');
      const month = JSON.parse(text.split('\n')[0] ?? '').time.slice(0, 7);
      expect(parseMonth(text, month, lines)).toMatchObject({ warnings: [], month: { lines: { length: 9 } } });

      const again = await home.run(project.path, args);
      // A failure is not kept: the next toolchain may be another.
      expect(again.stderr.match(/building tiny/g)?.length).toBe(1);
      const withoutTime = (out: string): string => out.replace(/, in [^\n]*/, '');
      expect(withoutTime(again.stdout)).toBe(withoutTime(ended.stdout));
      const merges = await home.run(project.path, ['log', `${planted.good}..`, '--walk', 'merges']);
      expect(merges.stdout).toContain('1 commit,');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('says what a range is, and that a shallow clone has none of it', async () => {
    const wrong = async (...args: readonly string[]): Promise<string> => {
      const ended = await home.run(project.path, ['log', ...args]);
      expect(ended.code).toBe(2);
      return ended.stderr;
    };
    expect(await wrong()).toContain('log takes a range');
    expect(await wrong('main')).toContain('name where it begins');
    expect(await wrong('a...b')).toContain('three dots');
    expect(await wrong('HEAD..HEAD')).toContain('there is no commit in this range');
    await using clone = await Project.clone(`file://${project.path}`, '--depth=2');
    const ended = await home.run(clone.path, ['bisect', '--good', 'HEAD~5']);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('this clone is shallow')]);
  });

  it('and bisect refuse a clone that is cut off within a side of the range', async () => {
    await using clone = await Project.clone(`file://${project.path}`, '--depth=12');
    await clone.git('merge-base', '--is-ancestor', 'HEAD~11', 'HEAD');
    for (const args of [
      ['bisect', '--good', 'HEAD~11'],
      ['log', 'HEAD~11..', '--walk', 'all'],
    ]) {
      const ended = await home.run(clone.path, args);
      expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('HEAD~11..')]);
      expect(ended.stderr).toContain('this clone is shallow');
    }
  });

  it('ends with 3 where nothing could be measured, and says why', async () => {
    await using own = await Project.create({ 'README.md': 'no project yet\n' });
    await own.commit({ 'README.md': 'still none\n' }, 'before');
    await own.commit(tiny(), 'begun');
    const ended = await home.run(own.path, ['log', 'HEAD~2..HEAD~1']);
    expect([ended.code, ended.stdout]).toEqual([
      3,
      expect.stringMatching(/No commit of the range could be measured:\n[0-9a-f]{7} there is no Cargo.toml/),
    ]);
  });

  it('counts again what a machine without valgrind could not, without another build', async () => {
    await using own = await Project.create(tiny());
    await own.commit({ 'README.md': 'more\n' }, 'more');
    await using machine = await Links.without(['valgrind']);
    const args = ['log', 'HEAD^..', '--metric', 'init.instructions'];
    const first = await home.run(own.path, args, { PATH: machine.path });
    expect(first.stdout).toMatch(/ – +more/);
    const again = await home.run(own.path, args);
    expect(again.stdout).toMatch(/ \d+ k +more/);
    expect(again.stderr).not.toContain('building');
    expect((await home.run(own.path, args)).stderr).not.toContain('measuring init');
  });

  it('measures a commit again whose build read a file that has changed since', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'coldgate-outside-'));
    try {
      await writeFile(join(outside, 'text'), 'short');
      const reading = TINY_MAIN.replace('fn main() {', `fn main() { std::hint::black_box(include_str!("${join(outside, 'text')}"));`);
      await using own = await Project.create(tiny());
      await own.commit({ 'src/main.rs': reading }, 'reads a file');
      const binary = async (): Promise<number> => {
        const { stdout, stderr } = await home.run(own.path, ['log', 'HEAD^..', '--json', '-']);
        return JSON.parse(stdout || stderr).figures.binary;
      };
      const before = await binary();
      await writeFile(join(outside, 'text'), noise(100, 'outside'));
      expect(await binary()).toBeGreaterThan(before + 90_000);
    } finally {
      await rm(outside, { recursive: true, force: true });
    }
  });
});

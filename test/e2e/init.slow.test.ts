import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, QUICK_PROFILE, untouched } from './checks.ts';
import { Home } from './coldgate.ts';
import { Project, TINY_MAIN, tiny } from './project.ts';

/** The tiny Lambda with a statement at the start of its `main`. */
function starting(statement: string): Record<string, string> {
  return { 'src/main.rs': TINY_MAIN.replace('fn main() {', `fn main() {\n    ${statement}`) };
}

const WORK = 'let mut sum = 0u64; for step in 0..2_000_000u64 { sum = std::hint::black_box(sum + step); }';
const NEEDS_TABLE = 'std::env::var("TABLE").expect("TABLE is not set");';

describe('a check with local init', () => {
  let home: Home;
  let project: Project;

  beforeAll(async () => {
    home = await Home.create();
    project = await Project.create(tiny('tiny', QUICK_PROFILE));
  });
  afterAll(async () => {
    await home[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  const check = (...args: readonly string[]) => untouched(home, project.path, ['check', '--init=local', ...args]);

  test('does not start what is byte-identical', async () => {
    await project.commit({ 'src/unused.rs': '// no module of it\n' }, 'a source that is not compiled');
    const graphs = join(home.path, 'none');
    const ended = await check('--json', '-', '--flame-graphs', graphs);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain(`no flame graph was written to ${graphs}: instructions were counted of no function`);
    expect(jsonOf(ended).functions).toMatchObject([{ status: 'unchanged', init: { state: { kind: 'none', code: 'unchanged' } } }]);
  });

  test('tells work before the first request, by phase and function, and fails on the default limit', async () => {
    await project.commit(starting(WORK), 'work');
    const [report, graphs] = [join(home.path, 'report.json'), join(home.path, 'graphs')];
    const ended = await check('--json', report, '--flame-graphs', graphs);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^fail: tiny (?:starts slower|does more work to start): /);
    expect(ended.stderr).toContain(`flame graphs in ${graphs}: tiny.svg\n`);
    const [fn] = jsonOf({ ...ended, stdout: await readFile(report, 'utf8') }).functions;
    const figures = fn?.metrics['init.instructions'];
    expect(figures?.spread?.base?.count).toBeGreaterThanOrEqual(3);
    expect((figures?.head ?? 0) - (figures?.base ?? 0)).toBeGreaterThan(10_000_000);
    const sum = (rows: readonly { readonly base: number | null; readonly head: number | null }[] = [], side: 'base' | 'head' = 'head') =>
      rows.reduce((all, row) => all + (row[side] ?? 0), 0);
    for (const side of ['base', 'head'] as const) expect(sum(fn?.init.phases, side)).toBe(sum(fn?.init.crates, side));
    expect(sum(fn?.init.crates)).toBeGreaterThanOrEqual(figures?.spread?.head?.low ?? 0);
    expect(sum(fn?.init.crates)).toBeLessThanOrEqual(figures?.spread?.head?.high ?? 0);
    const handler = fn?.init.phases.find(({ name }) => name === 'handler init');
    expect((handler?.head ?? 0) - (handler?.base ?? 0)).toBeGreaterThan(10_000_000);
    const svg = await readFile(join(graphs, 'tiny.svg'), 'utf8');
    expect(svg).toMatch(/^<svg|^<\?xml/);
    expect(svg).toContain('main');
  });

  test('starts a stored base again beside head, with its twin', async () => {
    const ended = await check('--base', 'HEAD^1', '--json', '-');
    const { base, functions } = jsonOf(ended);
    expect(base?.source).toBe('stored');
    expect(functions[0]?.init.phases).toHaveLength(3);
    expect(functions[0]?.metrics['init.instructions'].base).not.toBeNull();
  });

  test('notices a connection, which no instruction shows', async () => {
    await project.commit(starting(`${WORK} let _ = std::net::TcpStream::connect(("127.0.0.1", 9));`), 'connects');
    const ended = await check('--json', '-', '--limit', 'init.connects: +0');
    expect(ended.code).toBe(1);
    const { functions, verdict } = jsonOf(ended);
    expect(verdict.breaches).toMatchObject([{ metric: 'init.connects', base: 0, head: 1 }]);
    expect(functions[0]?.init.connections.head).toEqual([{ kind: 'connect', address: '127.0.0.1:9' }]);
  });

  test('a head that does not start is a breach, with its last words and the input that helps', async () => {
    await project.commit(starting(NEEDS_TABLE), 'needs a table');
    const ended = await check('--limit', 'zip: 5 MB');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^fail: tiny no longer starts/);
    expect(ended.stdout).toContain('TABLE is not set');
    expect(ended.stdout).toContain('init-env');
    const helped = await check('--limit', 'zip: 5 MB', '--init-env', 'TABLE=orders');
    expect(helped.code).toBe(0);
  });

  test('where neither starts it is not measurable here, and an explicit limit was not checked', async () => {
    await project.commit(starting(`${WORK} ${NEEDS_TABLE}`), 'still needs it');
    const ended = await check('--json', '-');
    expect(ended.code).toBe(0);
    expect(jsonOf(ended).functions[0]?.init.state).toMatchObject({ kind: 'not-measurable', failure: { kind: 'exited' } });
    expect((await check('--limit', 'init.faults: +10')).code).toBe(3);
  });

  test('ends a function that never asks, floods, forks and ignores TERM; nothing is left', async () => {
    const stubborn = `std::process::Command::new("/bin/sh").args(["-c", "trap '' TERM; sleep 612.5"]).spawn().unwrap();
    loop { eprintln!("{}", "x".repeat(200)); }`;
    await project.commit(starting(stubborn), 'stubborn');
    const ended = await check('--json', '-', '--base', 'HEAD~2', '--init-timeout', '500 ms', '--init-env', 'TABLE=orders');
    expect(ended.code).toBe(1);
    expect(jsonOf(ended).verdict.breaches).toMatchObject([{ kind: 'init', function: 'tiny', failure: { kind: 'timed-out', after: 500 } }]);
    expect(await commandLines()).not.toContain('612.5');
    expect(await readdir(join(await home.repository(), 'scratch')).catch(() => [])).toEqual([]);
  });

  test('a commit measured alone says in its snapshot what does not start', async () => {
    const ended = await untouched(
      home,
      project.path,
      ['measure', '--init=local', '-o', join(home.path, 'alone'), '--init-env', 'TABLE=orders'],
      {},
    );
    expect(ended.code).toBe(0);
    const snapshot = JSON.parse(await readFile(join(home.path, 'alone', 'snapshot.json'), 'utf8'));
    expect(snapshot.functions[0].init).toMatchObject({ kind: 'failed', failure: { kind: 'timed-out', after: 10_000 } });
  });
});

async function commandLines(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.join('\n');
}

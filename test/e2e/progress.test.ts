import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLI, Home } from './coldgate.ts';
import { FAT_PROFILE, Project, TINY_MAIN, tiny } from './project.ts';
import { inTerminal, type Shown } from './terminal.ts';

/** As a person with sccache has one; it holds the function's own compile until the test opens the gate, so that there is something to wait for. */
const GATED = `#!/bin/sh
if [ "\${CARGO_BIN_NAME:-}" = tiny ]; then
  looks=0
  while [ ! -e "$COLDGATE_TEST_GATE" ] && [ $looks -lt 2000 ]; do sleep 0.05; looks=$((looks + 1)); done
fi
exec "$@"
`;
/** A commit's subject that would clear the screen, colour it and name the window. */
const HOSTILE = 'first \u001b[2J\u001b[31m\u001b]0;title\u0007 \u202e';

let home: Home;
let project: Project;
let gate = '';
let env: Record<string, string> = {};

beforeAll(async () => {
  home = await Home.create();
  project = await Project.create(tiny('tiny', FAT_PROFILE));
  await project.commit({ 'src/main.rs': TINY_MAIN.replace('1024', '2048') }, HOSTILE);
  await project.write({ 'src/main.rs': TINY_MAIN.replace('1024', '4096') });
  gate = join(home.path, 'gate');
  const wrapper = join(home.path, 'wrapper');
  await writeFile(wrapper, GATED, { mode: 0o755 });
  env = { COLDGATE_HOME: home.path, RUSTC_WRAPPER: wrapper, COLDGATE_TEST_GATE: gate, NO_COLOR: '1', CI: '' };
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await rm(gate, { force: true });
  for (const name of await readdir(join(home.path, 'repositories')).catch(() => [])) {
    // Measured and built anew.
    for (const kept of ['snapshots', 'target']) await rm(join(home.path, 'repositories', name, kept), { recursive: true, force: true });
  }
});

function check(columns: number, ...more: readonly string[]): Shown {
  const words = [process.execPath, CLI, 'check', '--limit', 'none', ...more].map((word) => `'${word}'`).join(' ');
  const { GITHUB_ACTIONS: _, FORCE_COLOR: __, ...outer } = process.env;
  return inTerminal(words, columns, { cwd: project.path, env: { ...outer, ...env } });
}

const open = (): Promise<void> => writeFile(gate, '');

describe('in a terminal of 80 columns', () => {
  test('a person sees what is waited for, and what it took the last time', async () => {
    const run = check(80);
    // A busy machine's ticks come late, so any second will do.
    await run.shows(/^base [0-9a-f]{7}: linking tiny with fat LTO · 0:(0[2-9]|[1-5]\d)$/m);
    await open();
    const { code, rows, frames } = await run.ended;
    expect(code).toBe(0);
    const [sha, head] = [/base ([0-9a-f]{7})/, /head ([0-9a-f]{7})/].map((pattern) => pattern.exec(rows.join('\n'))?.[1]);
    const time = String.raw`(<0\.1|\d+\.\d|\d+) s`;
    const stays = [
      `^comparing head ${head} \\(working tree, 1 file changed\\) with base ${sha}, HEAD,$`,
      '^  from which this tree differs \\(src/main\\.rs\\)$',
      `^base ${sha}: checked out "first  .u\\{202e\\}" · ${time}$`,
      `^base ${sha}: built tiny \\(1 crate\\) · ${time}$`,
      `^head ${head}: checked out "work tree on ${sha} first  .u\\{202e\\}" · ${time}$`,
      `^head ${head}: tiny is reached by src/main\\.rs$`,
      `^head ${head}: built tiny \\(1 crate\\) · ${time}$`,
      `^measured init of tiny \\(20 pairs\\) · ${time}$`,
    ];
    stays.forEach((line, place) => {
      expect(rows[place]).toMatch(new RegExp(line));
    });
    // What changed here is less than a reader would notice.
    expect(rows[stays.length]).toMatch(/^not judged: 1 of 1 function changed/);
    expect(rows.join('\n')).not.toMatch(/ · \d+:\d\d/);
    // One line ticks below those that stay, and is never two.
    const ticks = frames.flatMap((frame) => /\n.*linking tiny with fat LTO · (\d:\d\d)$/.exec(frame)?.[1] ?? []);
    expect(new Set(ticks).size).toBeGreaterThan(1);
    expect(frames.some((frame) => /\nmeasuring init of tiny \(20 pairs\) · 0:\d\d( \(.*\))?$/.test(frame))).toBe(true);
    for (const frame of frames) expect(frame.match(/ · \d+:\d\d/g)?.length ?? 0).toBeLessThanOrEqual(1);
    for (const row of frames.flatMap((frame) => frame.split('\n')).filter((line) => / · /.test(line))) expect(row.length).toBeLessThan(80);

    await rm(gate);
    for (const name of ['snapshots', 'target']) await rm(join(await home.repository(), name), { recursive: true });
    const again = check(80);
    await again.shows(/^base [0-9a-f]{7}: linking tiny with fat LTO · 0:0[1-9] of about 0:\d\d$/m);
    await open();
    expect((await again.ended).code).toBe(0);
    expect(await readFile(join(await home.repository(), 'durations.json'), 'utf8')).toMatch(/^\[\["[\s\S]*"link release tiny",\d{3,}\]/);
  });

  test('Ctrl-C leaves neither the line nor anything that runs', async () => {
    const run = check(80);
    await run.shows(/linking tiny with fat LTO · 0:(0[1-9]|[1-5]\d)/);
    run.types('\u0003');
    const { code, rows, frames } = await run.ended;
    expect(code).toBe(130);
    expect(frames.some((frame) => /\n\^?C?cancelled: what was started is being ended · 0:\d\d$/.test(frame))).toBe(true);
    expect(rows.at(-1)).toBe('cancelled: everything was cleaned');
    expect(rows.join('\n')).not.toMatch(/ · \d+:\d\d/);
    expect(existsSync(join(await home.repository(), 'scratch'))).toBe(false);
  });

  test('what fails takes the line away, and the compiler’s words keep their lines', async () => {
    await project.write({ 'src/main.rs': 'fn main() { missing(); }\n' });
    await open();
    const { code, rows } = await check(80).ended;
    await project.write({ 'src/main.rs': TINY_MAIN.replace('1024', '4096') });
    expect(code).toBe(3);
    expect(rows.join('\n')).not.toMatch(/ · \d+:\d\d/);
    expect(rows).toContainEqual(expect.stringMatching(/^coldgate: cargo lambda build failed/));
    expect(rows).toContainEqual(expect.stringMatching(/\| error\[E0425\]: cannot find function `missing`/));
  });
});

test('in a terminal of 30 columns the line is cut and never wraps', async () => {
  const run = check(30, '--init', 'off');
  await run.shows(/^base .*… · 0:(0[1-9]|[1-5]\d)( of about 0:\d\d)?$/m);
  await open();
  const { code, frames } = await run.ended;
  expect(code).toBe(0);
  for (const frame of frames) expect(frame.match(/ · \d+:\d\d/g)?.length ?? 0).toBeLessThanOrEqual(1);
});

describe('where nothing can be rewritten', () => {
  test('a pipe has whole lines without a single escape: what is waited for, and what each step took', async () => {
    const run = home.start(project.path, ['check', '--limit', 'none'], env);
    await run.says(/^base [0-9a-f]{7}: linking tiny with fat LTO · 0:\d\d/m);
    await open();
    const { code, stderr } = await run.ended;
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(stderr).not.toMatch(/[\r\u001b\u007f-\u009f\u202e]/);
    const lines = stderr.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^comparing head [0-9a-f]{7} \(working tree, 1 file changed\) with base [0-9a-f]{7}, HEAD, from which this tree differs \(/,
    );
    expect(lines).toContainEqual(expect.stringMatching(/^base [0-9a-f]{7}: building tiny with cargo lambda$/));
    expect(lines).toContainEqual(expect.stringMatching(/^base [0-9a-f]{7}: built tiny \(1 crate\) · \d/));
    expect(lines).toContainEqual(expect.stringMatching(/^head [0-9a-f]{7}: built tiny \(1 crate\) · \d/));
  });

  test.each([
    ['a CI service with a terminal', { CI: 'true' }],
    ['a terminal that takes nothing back', { TERM: 'dumb' }],
  ])('%s has the same', async (_, more) => {
    await open();
    const words = `'${process.execPath}' '${CLI}' check --limit none --init off`;
    const command = `env ${Object.entries(more).map(([name, value]) => `${name}=${value}`)[0]} ${words}`;
    const { code, rows, frames } = await inTerminal(command, 200, { cwd: project.path, env: { ...process.env, ...env } }).ended;
    expect(code).toBe(0);
    expect(rows).toContainEqual(expect.stringMatching(/^base [0-9a-f]{7}: building tiny with cargo lambda$/));
    // Nothing that was there is gone later.
    frames.forEach((frame, place) => {
      expect((frames[place + 1] ?? frame).startsWith(frame)).toBe(true);
    });
  });
});

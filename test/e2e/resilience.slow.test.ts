import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heavier, jsonOf, QUICK_PROFILE } from './checks.ts';
import { Home, type Started } from './coldgate.ts';
import { fingerprint } from './fingerprint.ts';
import { Project, tiny } from './project.ts';

/** A build script that can be caught: it says so in a file, and sleeps while one of that name stands in the user's home of the test. */
const SLOW_BUILD = `fn main() {
    println!("cargo:rerun-if-env-changed=COLDGATE_TEST_NAP");
    if let Ok(nap) = std::env::var("COLDGATE_TEST_NAP") {
        std::fs::write(&nap, "napping").unwrap();
        std::thread::sleep(std::time::Duration::from_secs(600));
    }
}
`;

let home: Home;
let project: Project;
/** The figures of a run that nothing disturbed: base and head. */
let expected: { readonly base: unknown; readonly head: unknown };

beforeAll(async () => {
  home = await Home.create();
  project = await Project.create({ ...tiny('tiny', QUICK_PROFILE), 'build.rs': SLOW_BUILD });
  // Many files, so that a checkout takes long enough to be killed in.
  const files = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`assets/${n}.txt`, `${n}\n`.repeat(50)]));
  await project.commit({ ...heavier(80), ...files }, 'heavier, with many files');
  expected = await figures();
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

const own = (): Promise<string> => home.repository();

/** A plain check, with nothing taken from the store. */
async function figures(): Promise<{ readonly base: unknown; readonly head: unknown }> {
  if (existsSync(join(home.path, 'repositories'))) await rm(join(await own(), 'snapshots'), { recursive: true, force: true });
  const ended = await home.run(project.path, ['check', '--json', '-', '--limit', 'none']);
  expect(ended.stderr).not.toMatch(/cannot be measured/);
  expect(ended.code).toBe(0);
  const [one] = jsonOf(ended).functions;
  return { base: [one?.sha256.base, one?.metrics.zip.base], head: [one?.sha256.head, one?.metrics.zip.head] };
}

/** Starts a check that builds from nothing, and resolves when the build script of its base naps. */
async function startNapping(): Promise<Started> {
  await rm(join(await own(), 'snapshots'), { recursive: true, force: true });
  const nap = join(home.path, 'nap');
  await rm(nap, { force: true });
  const started = home.start(project.path, ['check'], { COLDGATE_TEST_NAP: nap });
  for (const until = Date.now() + 300_000; !existsSync(nap); await sleep(20)) {
    if (Date.now() > until) throw new Error('the build script did not run');
  }
  return started;
}

/** Living processes whose folder, program or arguments lie in the state folder. Zombies that nobody waits for have none of them. */
function processesIn(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const where = readlinkSync(`/proc/${pid}/cwd`);
        return where.includes(folder) || line.includes(folder) ? [`${pid} ${line}`] : [];
      } catch {
        return [];
      }
    });
}

/** Nothing of a run is left but what the next one builds on. */
async function expectClean(): Promise<void> {
  expect(processesIn(home.path)).toEqual([]);
  const names = readdirSync(await own()).sort();
  for (const gone of ['lock', 'lock.break', 'groups', 'scratch']) expect(names).not.toContain(gone);
}

describe('two checks at once', () => {
  test('in one repository: both are right, the second says that it waits', async () => {
    await rm(join(await own(), 'snapshots'), { recursive: true });
    const before = await fingerprint(project.path);
    const first = home.start(project.path, ['check', '--json', '-', '--limit', 'none']);
    await first.says(/checked out/);
    const second = home.start(project.path, ['check', '--json', '-', '--limit', 'none', '--base', 'HEAD']);
    await second.says(new RegExp(`another coldgate run \\(process ${first.pid}\\) uses this repository's checkout: waiting for it`));
    const [one, other] = await Promise.all([first.ended, second.ended]);
    expect(one.stderr).not.toContain('another coldgate run');
    const [a, b] = [jsonOf(one).functions[0], jsonOf(other).functions[0]];
    expect([a?.sha256.head, a?.metrics.zip.head]).toEqual(expected.head);
    expect([b?.sha256.base, b?.metrics.zip.base]).toEqual(expected.head);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect(await fingerprint(project.path)).toEqual(before);
    await expectClean();
  });

  test('a waiting one can be cancelled', async () => {
    const first = await startNapping();
    const second = home.start(project.path, ['check']);
    await second.says(/waiting for it/);
    process.kill(second.pid, 'SIGTERM');
    expect((await second.ended).code).toBe(143);
    process.kill(first.pid, 'SIGTERM');
    expect((await first.ended).code).toBe(143);
    await expectClean();
  });
});

describe('a run that is ended', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s in the middle of a build', async (signal, code) => {
    const before = await fingerprint(project.path);
    const started = await startNapping();
    expect(processesIn(home.path).length).toBeGreaterThan(1);
    process.kill(started.pid, signal);
    const told = Date.now();
    const ended = await started.ended;
    // It sleeps for ten minutes.
    expect(Date.now() - told).toBeLessThan(60_000);
    expect(ended).toMatchObject({ code, signal: null, stdout: '' });
    expect(ended.stderr).toMatch(/cancelled/);
    expect(ended.stderr).not.toMatch(/ {4}at /);
    expect(await fingerprint(project.path)).toEqual(before);
    await expectClean();
    expect(await figures()).toEqual(expected);
  });

  test('TERM at ten moments: always clean', async () => {
    const before = await fingerprint(project.path);
    for (let round = 0; round < 10; round += 1) {
      await rm(join(await own(), 'snapshots'), { recursive: true, force: true });
      await rm(join(await own(), 'checkout'), { recursive: true, force: true });
      const started = home.start(project.path, ['check', '--limit', 'none']);
      // From its first line on: before it Node itself may not be up, on a busy machine for as long as you like.
      await started.says(/\n/);
      const delay = round * 280 + Math.random() * 200;
      await sleep(delay);
      const finished = await Promise.race([started.ended, sleep(0, null)]);
      if (finished === null) process.kill(started.pid, 'SIGTERM');
      const ended = await started.ended;
      expect({ delay, ...ended }).toMatchObject({ code: finished === null ? 143 : 0 });
      await expectClean();
    }
    expect(await fingerprint(project.path)).toEqual(before);
    expect(await figures()).toEqual(expected);
  });
});

describe('a run that is killed', () => {
  test('mid-build: the next run ends its orphans and gets the right figures', async () => {
    const before = await fingerprint(project.path);
    const started = await startNapping();
    process.kill(started.pid, 'SIGKILL');
    expect((await started.ended).signal).toBe('SIGKILL');
    expect(processesIn(home.path).length).toBeGreaterThan(0);
    expect(existsSync(join(await own(), 'scratch'))).toBe(true);
    const next = performance.now();
    expect(await figures()).toEqual(expected);
    expect(performance.now() - next).toBeLessThan(300_000);
    await expectClean();
    expect(await fingerprint(project.path)).toEqual(before);
  });

  test('at ten moments, also in the checkout: the next run is right', async () => {
    for (let round = 0; round < 10; round += 1) {
      await rm(join(await own(), 'snapshots'), { recursive: true, force: true });
      if (round % 2 === 0) await rm(join(await own(), 'checkout'), { recursive: true, force: true });
      const started = home.start(project.path, ['check', '--limit', 'none']);
      if (round < 5) await Promise.race([started.says(/checked out/), started.ended]);
      await sleep(round < 5 ? Math.random() * 150 : 200 + Math.random() * 2_500);
      try {
        process.kill(started.pid, 'SIGKILL');
      } catch {
        // It was faster.
      }
      await started.ended;
      expect(await figures()).toEqual(expected);
      await expectClean();
    }
  });

  test('leftovers of every kind, made by hand', async () => {
    const folder = await own();
    const git = join(folder, 'git');
    for (const name of ['index.lock', 'HEAD.lock', 'config.lock', 'shallow.lock']) await writeFile(join(git, name), '');
    await writeFile(join(folder, 'lock'), '12345 6');
    await writeFile(join(folder, 'lock.break'), 'cut');
    await mkdir(join(folder, 'groups'), { recursive: true });
    for (const [name, text] of [
      ['1', ''],
      ['0', ''],
      ['-1', ''],
      ['x', ''],
      [String(process.pid), '1 boot'],
      ['999999', '1 boot'],
    ] as const)
      await writeFile(join(folder, 'groups', name), text);
    await mkdir(join(folder, 'scratch', 'deep'), { recursive: true });
    await writeFile(join(folder, 'scratch', 'index'), 'cut');
    await mkdir(join(folder, 'git.new', 'objects'), { recursive: true });
    await writeFile(join(folder, 'checkout', 'src', 'main.rs'), 'fn main() { wrong }');
    await writeFile(join(folder, 'checkout', 'stray.rs'), 'stray');
    await rm(join(folder, 'checkout', '.git'));
    expect(await figures()).toEqual(expected);
    await expectClean();

    await writeFile(join(git, 'index'), 'cut short');
    expect(await figures()).toEqual(expected);
    await rm(git, { recursive: true });
    expect(await figures()).toEqual(expected);
    await writeFile(join(git, 'config'), '');
    expect(await figures()).toEqual(expected);
    await rm(join(folder, 'target'), { recursive: true });
    expect(await figures()).toEqual(expected);
  });
});

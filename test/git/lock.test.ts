import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Cancelled } from '../../src/core/failures.ts';
import { takeLock } from '../../src/git/lock.ts';
import { PATIENCE } from '../times.ts';

const never = new AbortController().signal;
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const silent = (): void => undefined;

const statOf = (pid: number | undefined): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
const startedOf = (pid: number | undefined): string =>
  statOf(pid)
    .slice(statOf(pid).lastIndexOf(')') + 2)
    .split(' ')[19] ?? '';

test('the second waits for the first and is told once for whom', async () => {
  const first = await takeLock(folder, { signal: never, onWait: silent });
  const told: number[] = [];
  let taken = false;
  const second = takeLock(folder, { signal: never, onWait: (pid) => told.push(pid) }).then((lock) => {
    taken = true;
    return lock;
  });
  await vi.waitFor(() => expect(told).not.toEqual([]), PATIENCE);
  // Long enough for it to look again, and again.
  await sleep(700);
  expect({ told, taken }).toEqual({ told: [process.pid], taken: false });
  await first[Symbol.asyncDispose]();
  await (await second)[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
});

test('waiting ends with the signal, and leaves the holder’s lock alone', async () => {
  await using _first = await takeLock(folder, { signal: never, onWait: silent });
  const cancel = new AbortController();
  const second = takeLock(folder, { signal: cancel.signal, onWait: () => cancel.abort() });
  await expect(second).rejects.toThrow(Cancelled);
  expect(await readlink(join(folder, 'lock'))).toMatch(new RegExp(`^${process.pid} \\d+$`));
});

test('a dead holder’s lock is taken over, also one whose number another process has now', async () => {
  for (const dead of ['999999 12345', `${process.pid} 1`, 'nonsense']) {
    await symlink(dead, join(folder, 'lock'));
    await symlink('999999 1', join(folder, 'lock.break'));
    await using lock = await takeLock(folder, { signal: never, onWait: () => expect.unreachable() });
    expect(lock).toBeDefined();
  }
  expect(await readdir(folder)).toEqual([]);
});

test('a holder that has ended and was not waited for is dead', async () => {
  // sh becomes sleep, so that nobody waits for the child that it has started.
  const parent = spawn('sh', ['-c', "sh -c 'echo $$; exit' & exec sleep 600"], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [said] = await once(parent.stdout, 'data');
  const pid = Number(String(said).trim());
  await vi.waitFor(() => expect(statOf(pid)).toMatch(/\) Z /), PATIENCE);
  await symlink(`${pid} ${startedOf(pid)}`, join(folder, 'lock'));
  await using _lock = await takeLock(folder, { signal: never, onWait: () => expect.unreachable() });
  parent.kill('SIGKILL');
});

test('of many that see a dead holder, one at a time gets in', async () => {
  const source = fileURLToPath(new URL('../../src/git/lock.ts', import.meta.url));
  const script = join(folder, 'contender.mjs');
  // Each notes when it is inside; two inside at once would show as overlapping notes.
  await writeFile(
    script,
    `import { appendFileSync } from 'node:fs';
import { takeLock } from ${JSON.stringify(source)};
const lock = await takeLock(process.argv[2], { signal: new AbortController().signal, onWait: () => undefined });
appendFileSync(process.argv[3], 'in\\n');
await new Promise((resolve) => setTimeout(resolve, 20));
appendFileSync(process.argv[3], 'out\\n');
if (process.argv[4] === 'die') process.kill(process.pid, 'SIGKILL');
await lock[Symbol.asyncDispose]();
`,
  );
  const place = join(folder, 'place');
  const log = join(folder, 'log');
  await mkdir(place);
  await symlink('999999 12345', join(place, 'lock'));
  const contenders = Array.from({ length: 8 }, (_, n) =>
    once(spawn(process.execPath, ['--no-warnings', script, place, log, n % 3 === 0 ? 'die' : 'live']), 'close'),
  );
  await Promise.all(contenders);
  expect(readFileSync(log, 'utf8')).toBe('in\nout\n'.repeat(8));
});

test('process groups that a killed holder left are ended; others’ are not', async () => {
  const groups = join(folder, 'groups');
  const start = (): ReturnType<typeof spawn> => spawn('sh', ['-c', 'sleep 600 & sleep 600'], { detached: true, stdio: 'ignore' });
  const [mine, reused, earlier] = [start(), start(), start()];
  const killed = await takeLock(folder, { signal: never, onWait: silent });
  await killed.adopt(mine.pid ?? 0);
  await (await killed.adopt(process.pid))();
  expect(await readdir(groups)).toEqual([String(mine.pid)]);
  const note = readFileSync(join(groups, String(mine.pid)), 'utf8');
  expect(note.split(' ')[0]).toBe(startedOf(mine.pid));
  // Of another process with that number, and of an earlier start of the machine.
  await writeFile(join(groups, String(reused.pid)), note.replace(/^\d+/, '1'));
  await writeFile(join(groups, String(earlier.pid)), `${startedOf(earlier.pid)} another-boot`);
  await rm(join(folder, 'lock'));
  const ended = once(mine, 'close');
  await using _next = await takeLock(folder, { signal: never, onWait: silent });
  await ended;
  expect(mine.signalCode).toBe('SIGKILL');
  expect([reused.signalCode, earlier.signalCode]).toEqual([null, null]);
  for (const { pid } of [reused, earlier]) process.kill(-(pid ?? 0), 'SIGKILL');
});

import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Cancelled, UsageError } from '../../src/core/failures.ts';
import { millis } from '../../src/core/units.ts';
import { checkArchitecture, parseMachine, parseMissingLibrary } from '../../src/init/bootstrap.ts';
import { lambdaEnvironment, parseInitEnv } from '../../src/init/environment.ts';
import { startFunction } from '../../src/init/start.ts';
import { PATIENCE } from '../times.ts';
import { Functions, guard, processesIn } from './functions.ts';

/** Lives on when it is asked to end, and tells that it was asked: only KILL ends it, and silently. */
const STUBBORN = `#!/bin/sh
trap 'touch "$LAMBDA_TASK_ROOT/asked"' TERM INT HUP
touch "$LAMBDA_TASK_ROOT/running"
while :; do sleep 1; done
`;

let functions: Functions;
beforeAll(async () => {
  functions = await Functions.compile();
});
afterAll(() => functions[Symbol.asyncDispose]());

afterEach(async () => {
  expect(await processesIn(functions.path)).toEqual([]);
  expect((await readdir(functions.path)).filter((name) => /^coldgate-/.test(name))).toEqual([]);
});

async function start(mode: string, timeout = 10_000, bootstrap?: string | Buffer) {
  const taskRoot = await functions.root(mode, bootstrap);
  return startFunction(functions.options(taskRoot, { mode, timeout: millis(timeout) }), ({ pid }) => pid);
}

describe('a function', () => {
  it('reaches its first next, and is gone afterwards', async () => {
    const taskRoot = await functions.root('plain');
    const noted: number[] = [];
    const result = await startFunction(functions.options(taskRoot, { guard: guard(undefined, noted) }), async (running) => {
      expect(noted).toEqual([running.pid]);
      expect(running.launch).toBeGreaterThan(0);
      expect(running.wall).toBeGreaterThanOrEqual(running.launch);
      return (await readFile(`/proc/${running.pid}/comm`, 'utf8')).trim();
    });
    expect(result).toEqual({ kind: 'reached', value: 'bootstrap', lastLines: [] });
    expect(noted).toEqual([]);
  });

  it('has the variables of Lambda and its own root and temporary folder', async () => {
    const result = await start('variables');
    if (result.kind !== 'exited') throw new Error(result.kind);
    // The last twenty, in the order they were given; the first come from lambdaEnvironment's own test.
    const values = Object.fromEntries(result.lastLines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
    // The value of MODE is redacted wherever it stands, in the name of a folder too.
    const taskRoot = join(functions.path, 'root-(MODE)');
    expect(values).toMatchObject({
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      TOKIO_WORKER_THREADS: '2',
      MODE: '(MODE)',
      LAMBDA_TASK_ROOT: taskRoot,
      cwd: taskRoot,
    });
    expect(values.TMPDIR).toMatch(/coldgate-tmp-\w{6}$/);
    expect(values.AWS_LAMBDA_RUNTIME_API).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(values.HOME).toBeUndefined();
  });

  it.each(['fork', 'daemon', 'threads', 'extension'])('that does %s reaches next and leaves nothing running', async (mode) => {
    const result = await start(mode);
    expect(result.kind).toBe('reached');
  });

  it('that leaves one without an environment, in a session of its own, leaves nothing', async () => {
    const result = await start('left', undefined, '#!/bin/sh\nenv -i setsid sleep 600 >/dev/null 2>&1 &\necho $! >&2\nsleep 0.2\nexit 4\n');
    if (result.kind !== 'exited') throw new Error(result.kind);
    // A zombie has ended.
    expect(await readFile(`/proc/${result.lastLines[0]}/stat`, 'latin1').catch(() => ') Z')).toMatch(/\) [ZX]/);
  });

  it('that exits is told by its code and last lines', async () => {
    expect(await start('exit')).toEqual({ kind: 'exited', code: 3, signal: null, lastLines: ['no table'] });
  });

  it('that panics is told by its message', async () => {
    const result = await start('panic');
    expect(result).toMatchObject({ kind: 'exited', code: 101 });
    expect(result.lastLines.join('\n')).toContain('TABLE is not set');
  });

  it('that aborts is told by its signal', async () => {
    expect(await start('abort')).toMatchObject({ kind: 'exited', code: null, signal: 'SIGABRT' });
  });

  it('that reports an init error is told by it', async () => {
    expect(await start('init-error')).toMatchObject({ kind: 'init-error', by: 'runtime', errorType: 'Broken', message: null });
  });

  it('that never asks is told by whom init waits for', async () => {
    expect(await start('never', 300)).toEqual({
      kind: 'timed-out',
      after: 300,
      waitingFor: ['runtime'],
      seen: null,
      lastLines: [],
    });
  });

  it('that floods standard error ends in time, with lines of bounded length', async () => {
    const result = await start('flood', 2_000);
    expect(result.kind).toBe('timed-out');
    expect(result.lastLines).toHaveLength(20);
    expect(result.lastLines.every((line) => line.length <= 400)).toBe(true);
  });

  it('that ignores TERM is killed at once', async () => {
    const result = await start('stubborn', 300, STUBBORN);
    expect(result.kind).toBe('timed-out');
    expect(await readdir(join(functions.path, 'root-stubborn'))).not.toContain('asked');
  });

  it('that writes only to standard output is quoted from there', async () => {
    expect(await start('spoken', undefined, '#!/bin/sh\necho "{\\"level\\":\\"ERROR\\"}"\nexit 1\n')).toEqual({
      kind: 'exited',
      code: 1,
      signal: null,
      lastLines: ['{"level":"ERROR"}'],
    });
  });

  it('is killed at once when the run is cancelled', async () => {
    const controller = new AbortController();
    const taskRoot = await functions.root('cancelled', STUBBORN);
    const started = startFunction(functions.options(taskRoot, { guard: guard(controller.signal) }), () => null);
    void vi.waitFor(() => access(join(taskRoot, 'running')), PATIENCE).then(() => controller.abort());
    await expect(started).rejects.toThrow(Cancelled);
    expect(await readdir(taskRoot)).not.toContain('asked');
  });

  it('is killed when what measures it throws', async () => {
    const taskRoot = await functions.root('thrown');
    const failing = startFunction(functions.options(taskRoot), () => {
      throw new Error('broken ruler');
    });
    await expect(failing).rejects.toThrow('broken ruler');
  });
});

describe('what cannot run', () => {
  it('is a binary of another architecture', async () => {
    const binary = await readFile(functions.binary);
    binary.writeUInt16LE(binary.readUInt16LE(18) === 183 ? 62 : 183, 18);
    expect(await start('foreign', undefined, binary)).toMatchObject({ kind: 'cannot-run', reason: { kind: 'wrong-architecture' } });
  });

  it('is one whose library is missing', async () => {
    const binary = await readFile(functions.binary);
    const library = binary.indexOf('libgcc_s.so.1');
    expect(library).toBeGreaterThan(0);
    for (let at = library; at >= 0; at = binary.indexOf('libgcc_s.so.1', at + 1)) binary.write('libnone.so.11', at);
    const result = await start('library', undefined, binary);
    expect(result).toMatchObject({ kind: 'cannot-run', reason: { kind: 'missing-library', library: 'libnone.so.11' } });
  });

  it('is one whose loader is missing', async () => {
    expect(await start('loader', undefined, '#!/no/such/shell\n')).toMatchObject({
      kind: 'cannot-run',
      reason: { kind: 'missing-loader' },
    });
  });

  it('is no program', async () => {
    expect(await start('text', undefined, 'hello\n')).toMatchObject({ kind: 'cannot-run', reason: { kind: 'not-executable' } });
  });

  it('is a package without a bootstrap', async () => {
    const options = functions.options(functions.path, { entry: 'bootstrap' });
    expect(await startFunction(options, () => null)).toEqual({ kind: 'cannot-run', reason: { kind: 'not-found' }, lastLines: [] });
  });

  it('is read from ELF headers of both byte orders', () => {
    const header = (order: 1 | 2, low: number, high: number): Buffer =>
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, order, ...new Array<number>(12).fill(0), low, high]);
    expect(parseMachine(header(1, 183, 0))).toBe('aarch64');
    expect(parseMachine(header(2, 0, 62))).toBe('x86_64');
    expect(parseMachine(header(1, 1, 1))).toBe('ELF machine 257');
    expect(parseMachine(header(1, 183, 0).subarray(0, 19))).toBeNull();
    expect(checkArchitecture(functions.binary, 'riscv64')).toMatchObject({ kind: 'wrong-architecture', machine: 'riscv64' });
    fc.assert(fc.property(fc.uint8Array(), (bytes) => parseMachine(Buffer.from(bytes)) === null || bytes.length >= 20));
  });

  it('is told from the words of glibc and musl', () => {
    const glibc =
      './bootstrap: error while loading shared libraries: libssl.so.3: cannot open shared object file: No such file or directory';
    expect(parseMissingLibrary(['noise', glibc])).toBe('libssl.so.3');
    expect(parseMissingLibrary(['Error loading shared library libz.so.1: No such file or directory (needed by ./bootstrap)'])).toBe(
      'libz.so.1',
    );
    const version = "./bootstrap: /lib64/libc.so.6: version `GLIBC_2.99' not found (required by ./bootstrap)";
    expect(parseMissingLibrary([version])).toBe('libc.so.6 (GLIBC_2.99)');
    expect(parseMissingLibrary(['error: libssl.so.3'])).toBeNull();
  });
});

describe('the environment', () => {
  const at = { address: '127.0.0.1:1', taskRoot: '/root', temporary: '/temporary' };

  it('is fixed, in its order too', () => {
    const names = Object.keys(lambdaEnvironment({ ...at, more: {} }));
    expect(names).toEqual(Object.keys(lambdaEnvironment({ ...at, more: {} })));
    expect(names).toContain('AWS_LAMBDA_FUNCTION_MEMORY_SIZE');
    expect(names).toHaveLength(23);
  });

  it('takes init-env, over its own values', () => {
    const more = parseInitEnv(['TABLE=a=b', '', '  TOKIO_WORKER_THREADS=1', 'EMPTY='], 'init-env');
    expect(lambdaEnvironment({ ...at, more })).toMatchObject({ TABLE: 'a=b', TOKIO_WORKER_THREADS: '1', EMPTY: '' });
  });

  it.each(['TABLE', '=x', '1A=b', 'A B=c', 'A=b\0c', 'TMPDIR=/x', 'AWS_LAMBDA_RUNTIME_API=x'])('refuses %j', (line) => {
    expect(() => parseInitEnv([line], 'init-env')).toThrow(UsageError);
  });

  it('gives every value back', () => {
    const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,9}$/).filter((text) => text !== 'TMPDIR');
    const value = fc.string().filter((text) => !text.includes('\0'));
    fc.assert(fc.property(name, value, (key, text) => parseInitEnv([`${key}=${text}`], 'x')[key] === text));
  });
});

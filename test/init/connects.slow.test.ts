import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled, ToolError } from '../../src/core/failures.ts';
import type { Connection } from '../../src/core/snapshot/counted.ts';
import { millis } from '../../src/core/units.ts';
import { traceConnects } from '../../src/init/connects.ts';
import { parseInitEnv } from '../../src/init/environment.ts';
import { compileConnecting } from './connecting-functions.ts';
import { Functions, guard, INIT_TIMEOUT, processesIn } from './functions.ts';

const STRACE = '/usr/bin/strace';

let functions: Functions;
let root: string;
let listening: Server;
let peer: string;
let closed: string;
beforeAll(async () => {
  functions = await Functions.compile();
  root = await functions.root('traced', await compileConnecting(functions));
  listening = await listen();
  peer = addressOf(listening);
  const gone = await listen();
  closed = addressOf(gone);
  gone.close();
});
afterAll(async () => {
  listening.close();
  await functions[Symbol.asyncDispose]();
});

async function listen(): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

interface Overrides {
  readonly strace?: string;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly taskRoot?: string;
}

function trace(mode: string, { strace = STRACE, timeout = INIT_TIMEOUT, signal, taskRoot = root }: Overrides = {}) {
  const initEnv = parseInitEnv([`MODE=${mode}`, `PEER=${peer}`, `CLOSED=${closed}`], 'test');
  return traceConnects({
    ...functions.options(taskRoot, { initEnv, timeout: millis(timeout), guard: guard(signal) }),
    strace: { path: strace, args: [] },
    event: null,
  });
}

async function traced(mode: string, overrides: Overrides = {}): Promise<readonly Connection[]> {
  const start = await trace(mode, overrides);
  if (start.kind !== 'reached') throw new Error(JSON.stringify(start));
  return start.value.init;
}

async function script(name: string, text: string): Promise<string> {
  const path = join(functions.path, name);
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

/** strace itself, too, has the function's environment. */
async function expectNothingLeft(): Promise<void> {
  expect(await processesIn(functions.path)).toEqual([]);
  expect((await readdir(functions.path)).filter((name) => name.startsWith('coldgate-'))).toEqual([]);
}

const connect = (address: string): Connection => ({ kind: 'connect', address });

describe('what a start connects to', () => {
  it.each(['nothing', 'datagrams', 'chatty'])('is nothing: %s', async (mode) => {
    expect(await traced(mode)).toEqual([]);
    await expectNothingLeft();
  });

  it('is each attempt at a port nobody listens at', async () => {
    expect(await traced('closed')).toEqual([connect(closed), connect(closed)]);
  });

  it.each(['listening', 'non-blocking', 'asked-again'])('is one attempt at a port that is open: %s', async (mode) => {
    expect(await traced(mode)).toEqual([connect(peer)]);
  });

  it.each(['thread', 'child', 'mapped'])('is one attempt at a closed port: %s', async (mode) => {
    expect(await traced(mode)).toEqual([connect(closed)]);
  });

  it('is a unix socket too', async () => {
    expect(await traced('unix')).toEqual([connect('unix:/no/such/socket')]);
    expect(await traced('unix-own')).toEqual([connect('unix:$TMPDIR/own.sock')]);
  });

  it('is named as it was addressed', async () => {
    expect(await traced('v6')).toEqual([connect('[::1]:9')]);
  });

  it('is counted over threads that connect at once', async () => {
    expect(await traced('threads')).toEqual(new Array(80).fill(connect(closed)));
  });

  it('is what was attempted before the first event was asked for', async () => {
    expect(await traced('after')).toEqual([]);
    expect(await traced('vectored')).toEqual([]);
    expect(await traced('later')).toEqual([]);
  });

  it('is the same each time', async () => {
    const runs = [await traced('thread'), await traced('thread'), await traced('thread')];
    expect(runs).toEqual(new Array(3).fill([connect(closed)]));
  });
});

describe('what a start looks up', () => {
  it('is a name once, whoever answers', async () => {
    // Twice the resolver's own time-out, where the name server is silent.
    expect(await traced('name', { timeout: 40_000 })).toEqual([{ kind: 'lookup', address: 'db.example.com' }]);
  });

  it('is each name that was asked for', async () => {
    const lookup = (address: string): Connection => ({ kind: 'lookup', address });
    expect(await traced('names')).toEqual([lookup('one.test'), lookup('two.test')]);
  });
});

describe('a traced start', () => {
  it('that does not end init says how it ended', async () => {
    expect(await trace('exit')).toEqual({ kind: 'exited', code: 3, signal: null, lastLines: ['no database'] });
    expect(await trace('never', { timeout: 500 })).toMatchObject({ kind: 'timed-out', waitingFor: ['runtime'] });
    await expectNothingLeft();
  });

  it('leaves nothing running, not even what left its process group', async () => {
    expect(await traced('daemon')).toEqual([]);
    await expectNothingLeft();
  });

  it('is over when the run is cancelled', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    await expect(trace('never', { signal: controller.signal })).rejects.toThrow(Cancelled);
    await expectNothingLeft();
  });

  it('of what cannot run here is what a plain start is', async () => {
    const binary = await readFile(functions.binary);
    for (let at = binary.indexOf('libgcc_s.so.1'); at >= 0; at = binary.indexOf('libgcc_s.so.1', at + 1)) binary.write('libnone.so.11', at);
    const taskRoot = await functions.root('library', binary);
    expect(await trace('', { taskRoot })).toMatchObject({
      kind: 'cannot-run',
      reason: { kind: 'missing-library', library: 'libnone.so.11' },
    });
    expect(await trace('', { taskRoot: functions.path })).toMatchObject({ kind: 'cannot-run', reason: { kind: 'not-found' } });
  });
});

describe('a start that strace did not trace', () => {
  async function failureOf(start: Promise<unknown>): Promise<ToolError> {
    const error = await start.then(
      (value) => new Error(JSON.stringify(value)),
      (reason: unknown) => reason,
    );
    if (!(error instanceof ToolError)) throw error;
    await expectNothingLeft();
    return error;
  }

  it('is an error: ptrace is forbidden, and the function runs all the same', async () => {
    const text = `#!/bin/sh\nexec ${STRACE} -DDD -qq -f -o /dev/null -e trace=ptrace -e inject=ptrace:error=EPERM ${STRACE} "$@"\n`;
    const strace = await script('forbidden', text);
    // The outer strace traces the function here, so the inner one's silence is what tells.
    for (const mode of ['closed', 'exit']) {
      const error = await failureOf(trace(mode, { strace }));
      expect(error.process?.lastLines.join('\n')).toContain('Operation not permitted');
    }
  });

  it('is an error: strace does not start it', async () => {
    const taskRoot = await functions.root('loader', '#!/no/such/shell\n');
    const error = await failureOf(trace('', { taskRoot }));
    expect(error.process?.lastLines.join('\n')).toContain('No such file or directory');
  });

  it('is an error: something else is started in its place', async () => {
    const direct = await script('direct', '#!/bin/sh\nfor last; do :; done\nexec "$last"\n');
    expect((await failureOf(trace('closed', { strace: direct }))).message).toContain('did not trace');
    expect((await failureOf(trace('exit', { strace: direct }))).message).toContain('no trace');
    const usage = await script('usage', `#!/bin/sh\nexec ${STRACE} --no-such-option\n`);
    expect((await failureOf(trace('closed', { strace: usage }))).process?.lastLines.join('\n')).toContain('--no-such-option');
    const library = await script(
      'library',
      '#!/bin/sh\necho "strace: error while loading shared libraries: libdw.so.1: cannot open shared object file: x" >&2\nexit 127\n',
    );
    expect((await failureOf(trace('closed', { strace: library }))).process?.lastLines.join('\n')).toContain('libdw.so.1');
  });

  it('is an error: there is no strace', async () => {
    expect((await failureOf(trace('closed', { strace: '/no/such/strace' }))).message).toContain('could not be started');
  });
});

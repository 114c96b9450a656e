import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CpuClock } from '../src/init/cpu-clock.ts';
import { TaskRoot } from '../src/init/task-root.ts';
import { sampleInit } from '../src/init/usage.ts';
import { findClocks } from '../src/tools/clocks.ts';
import { median, table } from './run.mjs';

const execute = promisify(execFile);
const PYTHON = fileURLToPath(new URL('wall.py', import.meta.url));
const ROUNDS = 60;

/**
 * The same start measured by others, in turns: a launcher in Python (spawn, accept, read), and strace's own clock from `execve` to the request.
 * `folder` is what `coldgate measure -o` wrote.
 */
export async function benchWall(folder) {
  const snapshot = JSON.parse(await readFile(join(folder, 'snapshot.json'), 'utf8'));
  const [fn] = snapshot.functions;
  const scratch = await mkdtemp(join(tmpdir(), 'coldgate-wall-'));
  const root = await TaskRoot.unpack({ zip: join(folder, fn.package.file), parent: scratch });
  const options = {
    taskRoot: root.path,
    entry: fn.binary.entry,
    awaits: 'runtime',
    initEnv: {},
    timeout: 10_000,
    parent: scratch,
    guard: { signal: new AbortController().signal, adopt: async () => async () => {} },
  };
  const figures = { own: [], held: [], python: [], strace: [] };
  const clock = await CpuClock.open(findClocks(process.env), root.path);
  if (clock === null) throw new Error('neither perl nor python3 can read the clock of another process here');
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [figure, by] of [
        ['own', null],
        ['held', clock],
      ]) {
        const { value } = await sampleInit(options, by);
        figures[figure].push(value.wall - value.launch);
      }
      figures.python.push(Number((await execute('python3', [PYTHON, join(root.path, fn.binary.entry), root.path, '1'])).stdout));
      figures.strace.push(await straced(options, scratch));
    }
  } finally {
    await clock[Symbol.asyncDispose]();
    await root[Symbol.asyncDispose]();
    await rm(scratch, { recursive: true, force: true });
  }
  const quartiles = (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    return [0.25, 0.75].map((p) => sorted[Math.round((sorted.length - 1) * p)].toFixed(2)).join(' to ');
  };
  console.log(`## The figure is right: exec to first \`/next\` of *${fn.name}*, ${ROUNDS} starts each, in turns (ms)\n`);
  table(
    ['measured by', 'median', 'middle half'],
    [
      ['coldgate, held at the gate (what a check tells)', median(figures.held).toFixed(2), quartiles(figures.held)],
      ['coldgate without it', median(figures.own).toFixed(2), quartiles(figures.own)],
      ['a launcher in Python (bench/wall.py)', median(figures.python).toFixed(2), quartiles(figures.python)],
      [
        '`strace -f -ttt -e trace=execve,sendto,write,writev` (slows every start)',
        median(figures.strace).toFixed(2),
        quartiles(figures.strace),
      ],
    ],
  );
}

async function straced(options, scratch) {
  const file = join(scratch, 'trace');
  const args = ['-DDD', '-f', '-qq', '-ttt', '-s', '80', '-e', 'trace=execve,sendto,write,writev', '-e', 'signal=none', '-o', file, '--'];
  await sampleInit({ ...options, under: { command: 'strace', args } }, null);
  const lines = (await readFile(file, 'utf8')).split('\n');
  const at = (pattern) => Number(/^\d+ +(\d+\.\d+)/.exec(lines.find((line) => pattern.test(line)) ?? '')?.[1]);
  return (at(/GET .*invocation\/next/) - at(/execve\(/)) * 1000;
}

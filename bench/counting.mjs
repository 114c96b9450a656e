import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import AdmZip from 'adm-zip';
import { measureInit } from '../src/init/session.ts';
import { findClocks } from '../src/tools/clocks.ts';
import { findTracers } from '../src/tools/toolbox.ts';
import { median, percent, table } from './run.mjs';

const FUNCTIONS = 10;
const ROUNDS = 3;
const execute = promisify(execFile);

/** Ten small functions, base against head: instruction runs one after the other, as they were, and beside each other; and what load does to the counts. */
export async function benchCounting() {
  const scratch = await mkdtemp(join(tmpdir(), 'coldgate-counting-'));
  try {
    const functions = [];
    for (let place = 0; place < FUNCTIONS; place += 1)
      functions.push({ base: await tiny(scratch, `f${place}b`, place + 1), head: await tiny(scratch, `f${place}h`, place + 2) });
    const seconds = { turns: [], beside: [] };
    const counts = { turns: [], beside: [], loaded: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      seconds.turns.push(await timedAll(functions, scratch, 1, counts.turns));
      seconds.beside.push(await timedAll(functions, scratch, availableParallelism(), counts.beside));
    }
    const busy = Array.from({ length: 2 * availableParallelism() }, () =>
      spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
    );
    try {
      await timedAll(functions, scratch, availableParallelism(), counts.loaded);
    } finally {
      for (const child of busy) child.kill('SIGKILL');
    }
    console.log(`## Ten functions, base and head each (${ROUNDS} rounds in turns, ${availableParallelism()} cores)\n`);
    table(
      ['instruction runs', 'seconds for all ten', 'median'],
      [
        ['one after the other', seconds.turns.map((one) => one.toFixed(1)).join(' · '), median(seconds.turns).toFixed(1)],
        ['beside each other', seconds.beside.map((one) => one.toFixed(1)).join(' · '), median(seconds.beside).toFixed(1)],
        ['ratio (aim ≤ 0.70)', '', (median(seconds.beside) / median(seconds.turns)).toFixed(2)],
      ],
    );
    const alike = (list) => list.every((one) => one === list[0]);
    const perFunction = (list) => Array.from({ length: FUNCTIONS }, (_, place) => list.filter((_, at) => at % FUNCTIONS === place));
    const all = perFunction([...counts.turns, ...counts.beside, ...counts.loaded]);
    const spread = all.map((list) => {
      const sides = list.map((one) => JSON.parse(one));
      return Math.max(...[0, 1].map((side) => apart(sides.flatMap((one) => one[side]))));
    });
    table(
      ['counts', ''],
      [
        [
          'functions whose runs are all the same, in turns, beside each other and on a machine with twice as much to do as it has cores',
          `${all.filter(alike).length} of ${FUNCTIONS}`,
        ],
        ['largest difference of two runs of one function', percent(Math.max(...spread))],
      ],
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function apart(runs) {
  return Math.max(...runs) / Math.min(...runs) - 1;
}

async function timedAll(functions, scratch, lanes, counts) {
  const env = { PATH: process.env.PATH ?? '' };
  const options = {
    tools: findTracers(env),
    clocks: findClocks(env),
    env: {},
    event: null,
    timeout: 10_000,
    pairs: 20,
    lanes,
    scratch,
    guard: { signal: new AbortController().signal, adopt: async () => async () => {} },
    onStep: () => {},
  };
  const started = performance.now();
  for (const sides of functions) {
    const { base, head } = await measureInit(sides, options);
    counts.push(JSON.stringify([base.instructions.runs, head.instructions.runs]));
  }
  return (performance.now() - started) / 1000;
}

async function tiny(scratch, name, work) {
  const folder = join(scratch, name);
  await mkdir(folder);
  await writeFile(join(folder, 'main.rs'), SOURCE.replace('WORK', String(work * 1_000)));
  const [twin, stripped, path] = [join(folder, 'twin'), join(folder, 'bootstrap'), join(folder, 'function.zip')];
  await execute('rustc', ['--edition=2021', '-O', '-o', twin, join(folder, 'main.rs')]);
  await execute('strip', ['-o', stripped, twin]);
  const zip = new AdmZip();
  zip.addLocalFile(stripped, '', 'bootstrap');
  for (const entry of zip.getEntries()) entry.attr = (0o100755 << 16) >>> 0;
  await zip.writeZipPromise(path);
  return { awaits: 'runtime', package: path, entry: 'bootstrap', twin };
}

const SOURCE = `use std::io::{Read, Write};
fn main() {
    std::hint::black_box((0..WORKu64).fold(1u64, |sum, value| std::hint::black_box(sum ^ value.rotate_left(7))));
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").expect("AWS_LAMBDA_RUNTIME_API");
    let mut stream = std::net::TcpStream::connect(&api).expect("connect");
    write!(stream, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: {api}\\r\\n\\r\\n").expect("write");
    let _ = stream.read(&mut [0u8; 1024]);
}
`;

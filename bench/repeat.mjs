import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureInit } from '../src/init/session.ts';
import { findClocks } from '../src/tools/clocks.ts';
import { findTracers } from '../src/tools/toolbox.ts';
import { median, percent, table } from './run.mjs';

const MEASUREMENTS = 10;

/** The instruction median of one binary, measured ten times: how far apart they lie. `folder` is what `coldgate measure -o` wrote. */
export async function benchRepeat(folder) {
  const [fn] = JSON.parse(await readFile(join(folder, 'snapshot.json'), 'utf8')).functions;
  const scratch = await mkdtemp(join(tmpdir(), 'coldgate-repeat-'));
  const side = { awaits: 'runtime', package: join(folder, fn.package.file), entry: fn.binary.entry, twin: join(folder, fn.twin) };
  const guard = { signal: new AbortController().signal, adopt: async () => async () => {} };
  const options = {
    tools: findTracers(process.env),
    clocks: findClocks(process.env),
    env: {},
    timeout: 10_000,
    pairs: 1,
    scratch,
    guard,
    event: null,
    onStep: () => {},
  };
  const medians = [];
  const runs = [];
  try {
    for (let time = 0; time < MEASUREMENTS; time += 1) {
      const { head } = await measureInit({ base: null, head: side }, options);
      medians.push(median(head.instructions.runs));
      runs.push(...head.instructions.runs);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const spread = (values) => percent(Math.max(...values) / Math.min(...values) - 1);
  console.log(`## Ten instruction medians of *${fn.name}* (${folder})\n`);
  table(
    ['medians', 'least to most', 'single runs, least to most'],
    [[medians.toSorted((a, b) => a - b).join(' · '), spread(medians), `${spread(runs)} of ${runs.length}`]],
  );
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { compareCpus } from '../src/core/compare/cpu.ts';
import { TIMING_ALPHA } from '../src/core/compare/init.ts';
import { holdBounds } from '../src/core/judge/cold-start.ts';
import { median } from '../src/core/statistics.ts';
import { millis } from '../src/core/units.ts';
import { measureInit } from '../src/init/session.ts';
import { findClocks } from '../src/tools/clocks.ts';
import { Functions, guard } from '../test/init/functions.ts';

const PAIRS = 20;
const NONE = { kind: 'missing', reason: 'not needed' };
/** Held against each true change: the one that docs/benchmarks.md states. */
const LIMIT = [{ kind: 'growth-percent', percent: 10 }];
const CHANGES = [0, 5, 10, 15, 20, 30, 50, 100];

/**
 * CPU time of one small function, base and head the same: how often a limit of +10 % is breached and "more" is said although nothing changed,
 * and, with every figure of head made larger by a factor, how often a change that is there is seen.
 */
async function checked(checks) {
  await using functions = await Functions.compile();
  const zip = new AdmZip();
  zip.addLocalFile(functions.binary, '', 'bootstrap');
  for (const entry of zip.getEntries()) entry.attr = (0o100755 << 16) >>> 0;
  const file = join(functions.path, 'function.zip');
  await zip.writeZipPromise(file);
  const side = { awaits: 'runtime', package: file, entry: 'bootstrap', twin: null };
  const scratch = await mkdtemp(join(tmpdir(), 'coldgate-cpu-'));
  const options = {
    ...{ tools: { valgrind: NONE, strace: NONE }, clocks: findClocks(process.env), env: {}, timeout: millis(10_000), pairs: PAIRS },
    ...{ scratch, guard: guard(), event: null, http: null, onStep: () => {} },
  };
  const seen = [];
  for (let check = 0; check < checks; check += 1) {
    const { base, head } = await measureInit({ base: side, head: side }, options);
    if (base?.kind !== 'measured' || head.kind !== 'measured') throw new Error(JSON.stringify(head));
    if (head.timed.cpuOf !== 'process') throw new Error('neither perl nor python3 reads a clock here');
    seen.push({ base: base.timed.cpu, head: head.timed.cpu });
  }
  await rm(scratch, { recursive: true, force: true });
  const rows = CHANGES.map((percent) => {
    const compared = seen.map(({ base, head }) => {
      const [one] = compareCpus([{ base, head: head.map((time) => time * (1 + percent / 100)), of: 'process' }], TIMING_ALPHA);
      return { one, held: holdBounds(LIMIT, { base: one.base.median, head: one.head, change: one.change }) };
    });
    const of = (is) => compared.filter(is).length;
    return {
      percent,
      breached: of(({ held }) => held.state === 'breached'),
      more: of(({ one }) => one.verdict === 'slower'),
      reach: median(compared.map(({ one }) => one.detectable)),
    };
  });
  const spent = median(seen.map(({ base }) => median(base)));
  return { checks, spent, rows };
}

/** Prints how often a limit of +10 % on CPU time is breached. */
export async function benchCpu(count) {
  const { checks, spent, rows } = await checked(count);
  console.log(`${checks} checks of ${PAIRS} pairs, median ${spent.toFixed(2)} ms`);
  for (const { percent, breached, more, reach } of rows)
    console.log(
      `true +${percent} %: breached ${breached}, said to be more ${more} (detectable in the middle: +${((reach - 1) * 100).toFixed(1)} %)`,
    );
}

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from '../src/core/compare/compare.ts';
import { breachesOf, judge } from '../src/core/judge/judge.ts';
import { effectiveLimits } from '../src/core/judge/limit-scopes.ts';
import { parseLimits } from '../src/core/judge/limits.ts';
import { readEvents } from '../src/init/events/read-events.ts';
import { parseEvents } from '../src/init/events/written-events.ts';
import { measureInit } from '../src/init/session.ts';
import { findClocks } from '../src/tools/clocks.ts';
import { findTracers } from '../src/tools/toolbox.ts';
import { percent, table } from './run.mjs';

/** Tight enough that noise would show; the default is +10% & +500k. */
const BOUNDS = { instructions: '+1%', faults: '+5%', memory: '+5%', connects: '+0', cpu: '+10%' };
const limitsOn = (what) => Object.entries(BOUNDS).map(([metric, bound]) => `${what}.${metric}: ${bound}`);

/**
 * A binary against itself, as often as `checks` says, while the other core is busy: nothing of it may be a breach. `folder` is what
 * `coldgate measure -o` wrote of the function, `event` what it is handed (as `--init-event` has it), for its first response beside its init. The skip
 * of identical binaries is not in this way at all: it starts at the session.
 */
export async function benchAa(folder, checks, event) {
  const [given] = await readEvents(parseEvents(event === undefined ? [] : [event], 'bench'), process.cwd(), 'bench');
  const lines = [...limitsOn('init'), ...(given === undefined ? [] : limitsOn('first-response'))];
  const snapshot = JSON.parse(await readFile(join(folder, 'snapshot.json'), 'utf8'));
  const [fn] = snapshot.functions;
  const side = {
    awaits: 'runtime',
    package: join(folder, fn.package.file),
    entry: fn.binary.entry,
    twin: join(folder, fn.twin),
  };
  const scratch = await mkdtemp(join(tmpdir(), 'coldgate-aa-'));
  const controller = new AbortController();
  const options = {
    tools: findTracers(process.env),
    clocks: findClocks(process.env),
    env: {},
    timeout: 10_000,
    pairs: 20,
    scratch,
    event: given?.event ?? null,
    guard: { signal: controller.signal, adopt: async () => async () => {} },
    onStep: () => {},
  };
  const limits = effectiveLimits(parseLimits(lines, 'bench'), [], [fn]);
  const counts = { breaches: {}, unrepeatable: 0, unanswered: 0, slower: 0, faster: 0, seconds: [], spread: [], timed: [] };
  const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  try {
    for (let check = 1; check <= checks; check += 1) {
      const started = performance.now();
      const { base, head } = await measureInit({ base: side, head: side }, options);
      counts.seconds.push((performance.now() - started) / 1000);
      const at = (init) => ({ ...snapshot, functions: [{ ...fn, init, coldStart: null }] });
      const comparison = compare({ kind: 'measured', snapshot: at(base), origin: 'file' }, { snapshot: at(head), origin: 'file' });
      const verdict = judge(comparison, limits, 'fail');
      for (const { limit } of breachesOf(verdict, 'limit')) counts.breaches[limit.metric] = (counts.breaches[limit.metric] ?? 0) + 1;
      counts.unrepeatable += verdict.unchecked.length;
      if (given !== undefined && head.firstResponse?.kind !== 'measured') counts.unanswered += 1;
      const [{ init, metrics }] = comparison.functions;
      if (init.time?.verdict === 'slower') counts.slower += 1;
      if (init.time?.verdict === 'faster') counts.faster += 1;
      const instructions = metrics['init.instructions'];
      counts.spread.push(Math.abs(instructions.head / instructions.base - 1));
      counts.timed.push(Math.abs(init.time.change.ratio - 1));
      if (check % 20 === 0) process.stderr.write(`${check} of ${checks} checks\n`);
    }
  } finally {
    busy.kill('SIGKILL');
    await rm(scratch, { recursive: true, force: true });
  }
  const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  console.log(`## A/A: ${checks} checks of *${fn.name}* against itself, another core busy (limits ${lines.join(', ')})\n`);
  table(
    ['what', 'of all checks'],
    [
      ...lines.map((line) => [`breaches of \`${line}\``, `${counts.breaches[line.split(':')[0]] ?? 0}`]),
      ['limits not judged, since runs did not repeat', `${counts.unrepeatable}`],
      ...(given === undefined ? [] : [['first responses that did not come', `${counts.unanswered}`]]),
      ['called slower', `${counts.slower} (${percent(counts.slower / checks)})`],
      ['called faster', `${counts.faster} (${percent(counts.faster / checks)})`],
      [
        'difference of the instruction medians: median, largest',
        `${percent(middle(counts.spread))}, ${percent(Math.max(...counts.spread))}`,
      ],
      ['estimated change of the time: median, largest', `${percent(middle(counts.timed))}, ${percent(Math.max(...counts.timed))}`],
      ['seconds per check, median', middle(counts.seconds).toFixed(1)],
    ],
  );
}

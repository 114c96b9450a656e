import type { Workflow } from '../../src/action/workflow.ts';
import { parseLimits } from '../../src/core/judge/limits.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { outcomeOf } from '../../src/core/outcome.ts';
import type { Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { bytes } from '../../src/core/units.ts';
import { parseInputs } from '../../src/options/inputs.ts';
import { aBaseSnapshot, aFunction, aSnapshot } from '../core/builders.ts';
import { sha } from '../doubles/github.ts';
import { unseen } from '../doubles/progress.ts';

/** Bytes of package and binary. */
const FIGURES: Readonly<Record<string, readonly [zip: number, binary: number]>> = {
  main: [1_000_000, 2_000_000],
  release: [985_000, 1_975_000],
  a: [1_011_000, 2_000_000],
  b: [1_050_000, 2_050_000],
  c: [985_000, 1_975_000],
  d: [1_000_000, 1_980_000],
};
const LIMITS = parseLimits(['zip: +10 kB', 'binary: +20 kB'], 'input limits');

function measured(name: string, aSide: (overrides: Partial<Snapshot>) => Snapshot): Snapshot {
  const [zip, binary] = FIGURES[name] ?? [0, 0];
  const fn = aFunction();
  const packed = { file: 'health.zip', size: bytes(zip), entries: [], overhead: bytes(zip) };
  const functions = [{ ...fn, package: packed, binary: { ...fn.binary, sha256: sha(name).padEnd(64, '0'), size: bytes(binary) } }];
  return aSide({ functions, commit: { sha: sha(name), source: 'commit', subject: name } });
}

const known = new Map<string, Outcome>();

/** What a head comes to against a base, as it is really judged. */
export function outcomeOn(head: string, base: string): Outcome {
  const before = known.get(`${head} ${base}`);
  if (before !== undefined) return before;
  const outcome = outcomeOf(
    { kind: 'measured', origin: 'built', snapshot: measured(base, aBaseSnapshot) },
    { origin: 'built', snapshot: measured(head, aSnapshot) },
    { limits: LIMITS, gate: 'fail', judgedAs: 'change' },
    { timings: {}, command: '', baseReason: null },
  );
  known.set(`${head} ${base}`, outcome);
  return outcome;
}

type Run = Workflow['run'];

/** A job of `octo/<repository>`. */
export function workflowOf(run: Pick<Run, 'event' | 'repository' | 'runId' | 'attempt' | 'apiUrl' | 'temp'>, token: string): Workflow {
  const given: Readonly<Record<string, string>> = { 'github-token': token, 'comment-author': 'github-actions[bot]' };
  const nothing = (): undefined => undefined;
  const runner = { log: nothing, warn: nothing, output: nothing, saveState: nothing, annotate: nothing };
  return {
    inputs: parseInputs((name) => given[name] ?? ''),
    run: {
      ...{ owner: 'octo', sha: sha('merge'), job: 'coldgate', runnerName: 'GitHub Actions 1' },
      ...{ serverUrl: 'https://github.com', selfHosted: false, credentials: [] },
      ...run,
    },
    runner: { ...runner, summary: async () => undefined },
    host: {
      cwd: run.temp,
      env: {},
      signal: new AbortController().signal,
      home: run.temp,
      version: '',
      progress: unseen(),
      nameOf: (name) => name,
    },
    cache: { restore: async () => null, save: async () => undefined },
  };
}

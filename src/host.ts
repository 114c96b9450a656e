import { arch } from 'node:os';
import { join, resolve } from 'node:path';
import type { Arch } from './core/snapshot/snapshot.ts';
import type { Environment } from './exec/run.ts';

/** What the entries hand down: nothing below them reads the process. */
export interface Host {
  readonly cwd: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** coldgate's own state: tools, private checkouts, stored snapshots. */
  readonly home: string;
  readonly version: string;
  readonly progress: Progress;
  /** How an option is written where the person sets it: `--bin`, or `input bins`. */
  readonly nameOf: (flag: string) => string;
  /** Where tools, target folder and snapshots outlive the job; absent on a laptop. */
  readonly remote?: RemoteStore;
  /** Called when the tools are there, before anything is built with them. */
  readonly onTools?: () => Promise<void>;
  /** Brings a base from the artifact of its own run into `folder`, where it was built the same way. */
  readonly baseArtifact?: (sha: string, key: string, folder: string) => Promise<boolean>;
}

export interface Progress {
  /** A step that was reached: stays on the screen. */
  readonly step: (text: string) => void;
  /** Where a step stands: rewritten in place on a terminal, now and then a plain line elsewhere. */
  readonly tick: (text: string) => void;
  /** A long text under a title, where the files of a run do not outlive it. */
  readonly fold?: (title: string, text: string) => void;
}

/** Files that outlive a job: kept under a key, found again by it. Nothing here may fail a run: what cannot be had is made anew. */
export interface RemoteStore {
  /** Brings `paths` back under exactly `key`, else under the newest key that begins with one of `prefixes`. Answers the key found, or `null`. */
  readonly restore: (paths: readonly string[], key: string, prefixes: readonly string[]) => Promise<string | null>;
  /** Keeps `paths` under `key`, unless that key is taken. */
  readonly save: (paths: readonly string[], key: string) => Promise<void>;
}

/** Tools, private checkouts and stored snapshots: `COLDGATE_HOME`, else the platform's cache folder. */
export function stateFolder(env: Environment, home: string, platform: string): string {
  const named = env.COLDGATE_HOME ?? '';
  if (named !== '') return resolve(named);
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'coldgate');
  const cache = env.XDG_CACHE_HOME ?? '';
  return join(cache === '' ? join(home, '.cache') : cache, 'coldgate');
}

/** Names that a child of a workflow must not see: the token, the toolkit's own channels and the files that steer the job. */
const WITHHELD = /^(ACTIONS_|INPUT_|GITHUB_(TOKEN|ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)$)/;

/** An environment without the toolkit's channels, and without the job's token under whatever name the job has put it; `''`: there is none. */
export function withoutSecrets(env: Environment, token: string): Environment {
  const kept = Object.entries(env).filter(([name, value]) => !WITHHELD.test(name) && !(token !== '' && value.includes(token)));
  return Object.fromEntries(kept);
}

/** What this machine runs. */
export function machineArch(): Arch {
  return arch() === 'arm64' ? 'arm64' : 'x86_64';
}

/** Hands on a line every ten seconds at most: for logs, where nothing can be rewritten in place. */
export function seldom(say: (text: string) => void): (text: string) => void {
  let last = 0;
  return (text) => {
    if (performance.now() - last < 10_000) return;
    last = performance.now();
    say(text);
  };
}

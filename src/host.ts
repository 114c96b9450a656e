import { arch } from 'node:os';
import { join, resolve } from 'node:path';
import type { HistoryLine } from './core/history/line.ts';
import type { Arch } from './core/snapshot/snapshot.ts';
import type { Millis } from './core/units.ts';
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
  /** Whether valgrind and strace are brought where this machine has none; absent on a laptop. */
  readonly bringsTracers?: boolean;
  /** Called when the tools are there, before anything is built with them. */
  readonly onTools?: () => Promise<void>;
  /** What was measured at earlier commits; absent where no history is kept. `leg`: whose lines are this run's. */
  readonly history?: { readonly leg: string; readonly read: () => Promise<readonly HistoryLine[]> };
  /** Brings a base from the artifact of its own run into `folder`, where it was built the same way. */
  readonly baseArtifact?: (sha: string, key: string, folder: string) => Promise<boolean>;
}

export interface Progress {
  /** A sentence that stays. */
  readonly step: (text: string) => void;
  /** Says what is waited for until it is done, or given up (disposed of): each second on a terminal, in a log every half minute. */
  readonly begin: (wait: Wait) => Waiting;
  /** A long text under a title, where the files of a run do not outlive it. */
  readonly fold?: (title: string, text: string) => void;
}

/** What is waited for. */
export interface Wait {
  /** As one says it while it lasts: `head 3f2a1c0: building health with cargo lambda`. */
  readonly text: string;
  /** What it took the last time; `null`: not known. */
  readonly expected?: Millis | null;
  /** `brief`: nothing stays of what was done within a second, and a log says it after half a minute alone. `long`: a log says it when it begins too. */
  readonly kind?: 'brief' | 'long';
  /** Called before each line, for what has to be looked up. */
  readonly look?: (waiting: Waiting) => void;
}

/** A wait that goes on. */
export interface Waiting extends Disposable {
  /** What is waited for now, and how far it is: shown behind the time. */
  readonly tell: (text: string | null, detail?: string) => void;
  /** Something else is waited for from now on: its time begins at 0. Answers what the last one took. */
  readonly turn: (text: string, expected: Millis | null) => Millis;
  /** It is done. `text`: the line that stays, followed by what all of it took; `null`: none. Answers what was waited for last took. */
  readonly done: (text: string | null) => Millis;
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

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFile } from '../../scripts/built.ts';
import { defaultHome } from '../rust.ts';

/** The committed bundle: what users run. */
export const CLI = builtFile(fileURLToPath(new URL('../..', import.meta.url)), 'cli.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves when standard error matches. */
  readonly says: (pattern: RegExp) => Promise<void>;
}

/** A state folder of one test: own checkouts and snapshots, the shared tools. */
export class Home implements AsyncDisposable {
  readonly path: string;
  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<Home> {
    const path = await mkdtemp(join(tmpdir(), 'coldgate-home-'));
    await mkdir(join(defaultHome(), 'tools'), { recursive: true });
    await symlink(join(defaultHome(), 'tools'), join(path, 'tools'));
    return new Home(path);
  }

  /** The only repository's own folder. */
  async repository(): Promise<string> {
    const [only, ...more] = await readdir(join(this.path, 'repositories'));
    if (only === undefined || more.length > 0) throw new Error('expected one repository');
    return join(this.path, 'repositories', only);
  }

  /** Starts the built command line in `cwd`; a check or a measurement without local init unless the test asks for it: the flow of sizes is faster. */
  start(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
    const runs = ['check', 'measure', 'compare'].includes(args[0] ?? '');
    const init = runs && !args.some((word) => /^--(init|help)\b/.test(word)) ? ['--init=off'] : [];
    const child = spawn(process.execPath, [CLI, ...args, ...init], {
      cwd,
      env: { ...withoutWorkflow(process.env), COLDGATE_HOME: this.path, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const waiting: { pattern: RegExp; resolve: () => void }[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      for (const { pattern, resolve } of waiting) if (pattern.test(stderr)) resolve();
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
    const says = (pattern: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        waiting.push({ pattern, resolve });
        if (pattern.test(stderr)) resolve();
        void ended.then(() => reject(new Error(`ended without saying ${pattern}:\n${stderr}`)));
      });
    return { pid: child.pid ?? -1, ended, says };
  }

  run(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.start(cwd, args, env).ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

function withoutWorkflow(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(GITHUB_|ACTIONS_|INPUT_|RUSTFLAGS|RUSTC_WRAPPER|CARGO_TARGET_DIR|FORCE_COLOR)/.test(name),
  );
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

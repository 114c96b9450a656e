import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../src/core/failures.ts';
import { killGroup, runGroup } from '../../../src/exec/group.ts';
import type { Environment } from '../../../src/exec/run.ts';
import type { RuntimeApi } from '../../../src/init/runtime-api/runtime-api.ts';

interface ExtensionsOptions {
  readonly api: RuntimeApi;
  readonly env: Environment;
  /** Where each layer is unpacked: `/opt` of this environment. */
  readonly roots: readonly string[];
  readonly onLine: (line: string) => void;
}

const POLL_MS = 2;

/** The external extensions of one environment: every file in `extensions/` of a layer, a process each. */
export class ExtensionProcesses implements AsyncDisposable {
  /** The first that ended; never settles where none does. */
  readonly crashed: Promise<string>;
  readonly #groups: number[] = [];
  readonly #ends: Promise<void>[] = [];
  readonly #count: number;

  private constructor(files: readonly string[], { env, onLine }: ExtensionsOptions) {
    this.#count = files.length;
    let crash: (message: string) => void = () => {};
    this.crashed = new Promise((resolve) => {
      crash = resolve;
    });
    for (const file of files) {
      const onStart = (group: number): void => void this.#groups.push(group);
      const run = runGroup(file, [], {
        ...{ cwd: '/', env, signal: new AbortController().signal, onStart },
        onLine: (_stream, line) => onLine(line),
      });
      const tell = (what: string): void => crash(`${file.split('/').at(-1) ?? ''}: ${what}`);
      this.#ends.push(
        run.then(
          ({ exitCode, signal }) => tell(signal === null ? `exit status ${exitCode ?? 0}` : `signal: ${signal}`),
          (error: unknown) => tell(messageOf(error)),
        ),
      );
    }
  }

  /** Resolves when all of them have registered, or one has ended, or time is up: only then does Lambda start the runtime. */
  static async start(options: ExtensionsOptions, limit: number): Promise<ExtensionProcesses> {
    const files = await Promise.all(
      options.roots.map(async (root) =>
        (await readdir(join(root, 'extensions')).catch(() => [])).map((name) => join(root, 'extensions', name)),
      ),
    );
    const started = new ExtensionProcesses(files.flat(), options);
    const until = performance.now() + limit;
    let ended = false;
    void started.crashed.then(() => {
      ended = true;
    });
    while (!ended && options.api.extensions < started.#count && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    return started;
  }

  kill(): void {
    for (const group of this.#groups) killGroup(group, 'SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await Promise.all(this.#ends);
  }
}

import { join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import type { Millis } from '../core/units.ts';
import type { Guard } from '../exec/group.ts';
import type { Environment } from '../exec/run.ts';
import { digestOf } from '../folder.ts';
import type { ClockProgram } from '../tools/clocks.ts';
import type { Tracers } from '../tools/tracers/tracer.ts';
import { probeOf } from './http/probe.ts';
import { INSTRUCTIONS_TIMEOUT } from './instructions.ts';
import type { FirstEvent } from './response/answering.ts';
import type { Awaits } from './runtime-api/runtime-api.ts';
import type { StartOptions } from './start.ts';
import { TaskRoot } from './task-root.ts';

/** One side of a function: its package as it ships, and the twin for the names. */
export interface InitSide {
  readonly awaits: Awaits;
  /** The ZIP's path. */
  readonly package: string;
  /** `bootstrap`, or `extensions/NAME`. */
  readonly entry: string;
  readonly twin: string | null;
}

export type InitTools = Tracers;

export interface SessionOptions {
  readonly tools: InitTools;
  readonly env: Environment;
  readonly timeout: Millis;
  /** What reads the CPU time of a process. */
  readonly clocks: readonly ClockProgram[];
  /** What a function is handed when its init has ended; `null`: nothing, its init alone is measured. */
  readonly event: FirstEvent | null;
  /** Timed pairs. */
  readonly pairs: number;
  /** How many instruction runs stand beside each other; as many as the machine has cores where it is not said. */
  readonly lanes?: number;
  readonly scratch: string;
  readonly guard: Guard;
  readonly onStep: (text: string) => void;
}

/** One side, unpacked; the twin's package is unpacked when it is first needed. */
export class Starter implements AsyncDisposable {
  readonly side: InitSide;
  readonly #options: SessionOptions;
  readonly #shipped: TaskRoot;
  #twin: TaskRoot | null = null;
  #answers = true;
  /** What each root's entry held when it was unpacked. */
  readonly #entries = new Map<TaskRoot, string | null>();

  private constructor(side: InitSide, options: SessionOptions, shipped: TaskRoot) {
    this.side = side;
    this.#options = options;
    this.#shipped = shipped;
  }

  static async open(side: InitSide, options: SessionOptions): Promise<Starter> {
    const starter = new Starter(side, options, await TaskRoot.unpack({ zip: side.package, parent: options.scratch }));
    await starter.#note(starter.#shipped);
    return starter;
  }

  /** What it is handed in each run; `null`: nothing. */
  get event(): FirstEvent | null {
    return this.#answers ? this.given : null;
  }

  /** What it is to be handed, whether it answers that or not: an extension answers no event. */
  get given(): FirstEvent | null {
    return this.side.awaits === 'runtime' ? this.asked : null;
  }

  /** What was asked for. */
  get asked(): FirstEvent | null {
    return this.#options.event;
  }

  /** Its event goes unanswered: it is not handed over again and again. */
  leaveUnanswered(): void {
    this.#answers = false;
  }

  /** A start of what ships. */
  shipped(): StartOptions {
    return this.#at(this.#shipped, this.#options.timeout);
  }

  /** A start under callgrind: of the twin where both sides have one, so that like is counted with like. */
  async counted(withTwin: boolean): Promise<StartOptions> {
    const { package: zip, entry, twin } = this.side;
    const timeout = INSTRUCTIONS_TIMEOUT;
    if (!withTwin || twin === null) return this.#at(this.#shipped, timeout);
    if (this.#twin === null) {
      this.#twin = await TaskRoot.unpack({ zip, parent: this.#options.scratch, replace: { entry, file: twin } });
      await this.#note(this.#twin);
    }
    return this.#at(this.#twin, timeout);
  }

  /** A ToolError where what was started is not what was unpacked: the other side's starts can write there. */
  async check(): Promise<void> {
    for (const [root, sha256] of this.#entries) {
      if ((await this.#digest(root)) === sha256) continue;
      const { entry, package: zip } = this.side;
      throw new ToolError(
        `${entry} of ${zip} was changed while it was measured, by a function that was started: nothing of that is believed`,
      );
    }
  }

  async #note(root: TaskRoot): Promise<void> {
    this.#entries.set(root, await this.#digest(root));
  }

  /** `null`: it is not there, or no file. */
  async #digest({ path }: TaskRoot): Promise<string | null> {
    return digestOf(join(path, this.side.entry)).then(
      ({ sha256 }) => sha256,
      () => null,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#twin?.[Symbol.asyncDispose]();
    await this.#shipped[Symbol.asyncDispose]();
  }

  #at({ path }: TaskRoot, timeout: Millis): StartOptions {
    const { env, scratch, guard } = this.#options;
    const http = probeOf(this.given);
    const { entry, awaits } = this.side;
    return { taskRoot: path, entry, awaits, initEnv: env, timeout, http, parent: scratch, guard };
  }
}

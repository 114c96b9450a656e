import type { Millis } from '../core/units.ts';
import type { Environment, Guard } from '../exec.ts';
import type { Tracer } from '../tools/toolbox.ts';
import { INSTRUCTIONS_TIMEOUT } from './instructions.ts';
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

export interface InitTools {
  readonly valgrind: Tracer;
  readonly strace: Tracer;
}

export interface SessionOptions {
  readonly tools: InitTools;
  readonly env: Environment;
  readonly timeout: Millis;
  /** Timed pairs. */
  readonly pairs: number;
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

  private constructor(side: InitSide, options: SessionOptions, shipped: TaskRoot) {
    this.side = side;
    this.#options = options;
    this.#shipped = shipped;
  }

  static async open(side: InitSide, options: SessionOptions): Promise<Starter> {
    return new Starter(side, options, await TaskRoot.unpack({ zip: side.package, parent: options.scratch }));
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
    this.#twin ??= await TaskRoot.unpack({ zip, parent: this.#options.scratch, replace: { entry, file: twin } });
    return this.#at(this.#twin, timeout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#twin?.[Symbol.asyncDispose]();
    await this.#shipped[Symbol.asyncDispose]();
  }

  #at({ path }: TaskRoot, timeout: Millis): StartOptions {
    const { env, scratch, guard } = this.#options;
    const { entry, awaits } = this.side;
    return { taskRoot: path, entry, awaits, initEnv: env, timeout, parent: scratch, guard };
  }
}

import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { messageOf, ToolError } from '../core/failures.ts';
import type { Arch } from '../core/snapshot/snapshot.ts';
import { isRefusal } from './aws-failure.ts';
import type { InvokeAnswer, Lambda } from './lambda.ts';
import type { ScratchSettings } from './options.ts';
import { type Holding, type ScratchCode, type ScratchCodes, uploadOf } from './scratch-code.ts';
import { type Identity, isOfRun, scratchName, scratchTags } from './tags.ts';

export interface ScratchPlan {
  readonly identity: Identity;
  /** The full SHA of head's commit. */
  readonly sha: string;
  /** `base` is `null` of a function that is new, `host` where no extension is sampled. */
  readonly codes: ScratchCodes;
  readonly expires: Date;
  readonly settings: ScratchSettings;
  /** Told what could not be deleted. */
  readonly onRemains: (name: string, reason: string) => void;
}

const NONCE = 'COLDGATE_NONCE';
/** Deleting goes on after the run was cancelled: this long, for a job's end is near. */
const DELETE_LIMIT = 60_000;
/** How often a function is deleted, and a name tried that is taken, before that is given up. */
const DELETIONS = 4;
const UPLOADS = 4;
/** How far reads may lag behind writes, in milliseconds. */
const LAG = 1_000;
/** Init may take 10 s, then once more within the function's timeout; the rest is for the way there and back. */
const INVOKE_SLACK = 30_000;

/** A function made for one run, which holds base's code or head's (or their extension, or none); deleted when it is disposed of. */
export class ScratchFunction implements AsyncDisposable {
  readonly name: string;
  readonly #lambda: Lambda;
  readonly #plan: ScratchPlan;
  /** `unknown`: asked for, and not yet answered. Only what is `ours` is deleted without looking at its tags. */
  #state: 'absent' | 'unknown' | 'ours' = 'absent';
  #arch: Arch;
  #uploads = 0;

  private constructor(lambda: Lambda, plan: ScratchPlan) {
    this.name = scratchName(plan.identity);
    this.#lambda = lambda;
    this.#plan = plan;
    this.#arch = plan.codes.head.arch;
  }

  /**
   * Makes the function with one side's code and waits until Lambda can run it. A ToolError where that fails; what was created by then is
   * deleted first.
   */
  static async deploy(lambda: Lambda, plan: ScratchPlan, side: Holding): Promise<ScratchFunction> {
    const scratch = new ScratchFunction(lambda, plan);
    try {
      await scratch.#create(side);
      return scratch;
    } catch (error) {
      if (scratch.#state === 'unknown' && error instanceof ToolError && isRefusal(error.cause)) {
        // Whoever may not create may not look either.
        scratch.#state = 'absent';
      }
      await scratch[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Takes this side's code (or its extension), also where it held the same before: so every pair begins alike, whatever the coin said. */
  async upload(side: Holding): Promise<void> {
    const held = this.#codeOf(side);
    if (this.#plan.codes.host === null || held.arch !== this.#arch) {
      const { code, sha256 } = await uploadOf(held);
      await this.#lambda.upload({ FunctionName: this.name, Architectures: [held.arch], ...code });
      this.#arch = held.arch;
      this.#check(await this.#lambda.settle(this.name, 'updated'), sha256, held);
    }
    if (this.#plan.codes.host === null) return;
    this.#uploads += 1;
    await this.#update({ ...this.#changing(side, `upload-${this.#uploads}`), Layers: [...held.layers] });
  }

  /** Any change of the configuration ends the warm instances: the next invocation is a cold start. The description tells whoever looks. */
  async configure(side: Holding, nonce: string): Promise<void> {
    await this.#update(this.#changing(side, nonce));
  }

  invoke(event: string): Promise<InvokeAnswer> {
    return this.#lambda.invoke(this.name, event, this.#plan.settings.timeout * 1_000 + INVOKE_SLACK);
  }

  /** Never throws: it runs on the way out of a failure. Deletes nothing that does not carry this run's tags. */
  async [Symbol.asyncDispose](): Promise<void> {
    const signal = AbortSignal.timeout(DELETE_LIMIT);
    try {
      if (!(await this.#delete(this.#lambda.withSignal(signal)))) this.#plan.onRemains(this.name, 'it is still there after it was deleted');
    } catch (error) {
      this.#plan.onRemains(this.name, signal.aborted ? `not within ${DELETE_LIMIT / 1_000} s` : messageOf(error));
    }
  }

  /** Whether it is gone: a deletion may be answered and not carried out, and reads lag behind writes. */
  async #delete(lambda: Lambda): Promise<boolean> {
    if (this.#state === 'absent') return true;
    for (let attempt = 1; attempt <= DELETIONS; attempt += 1) {
      if (this.#state === 'ours') await lambda.delete(this.name);
      const found = await lambda.find(this.name);
      if (found === null && (this.#state === 'ours' || attempt > 1)) return true;
      if (found === null) await lambda.pause(LAG);
      else if (await this.#isOurs(lambda, found)) this.#state = 'ours';
      else return true;
    }
    return false;
  }

  async #create(side: Holding): Promise<void> {
    const held = this.#codeOf(side);
    const { code, sha256 } = await uploadOf(held);
    this.#arch = held.arch;
    await this.#make({ ...this.#input(side), Layers: [...held.layers], Code: code, Architectures: [held.arch] }, sha256);
    this.#check(await this.#lambda.settle(this.name, 'active'), sha256, held);
  }

  async #update(input: Parameters<Lambda['configure']>[0]): Promise<void> {
    await this.#lambda.configure(input);
    await this.#lambda.settle(this.name, 'updated');
  }

  #check({ CodeSha256 }: FunctionConfiguration, sha256: string, { zip }: ScratchCode): void {
    if (CodeSha256 === sha256) return;
    throw new ToolError(
      `the scratch function ${this.name} holds other code than ${zip ?? "coldgate's host"}: ${CodeSha256}, not ${sha256}`,
    );
  }

  #codeOf(side: Holding): ScratchCode {
    const held = this.#plan.codes[side];
    if (held === null) throw new ToolError(`${this.name}: there is no package of ${side}`);
    return held;
  }

  /** The name can be taken: by an attempt of ours whose answer was lost, by an earlier attempt of this run, or by somebody else. */
  async #make(input: CreateInput, sha256: string): Promise<void> {
    for (let attempt = 1; attempt <= UPLOADS; attempt += 1) {
      this.#state = 'unknown';
      if ((await this.#lambda.create(input)) === 'created') {
        this.#state = 'ours';
        return;
      }
      const found = await this.#lambda.find(this.name);
      if (found === null) {
        await this.#lambda.pause(LAG);
        continue;
      }
      if (!(await this.#isOurs(this.#lambda, found))) {
        throw new ToolError(`a function ${this.name} is there and does not carry this run's tags: choose another name prefix or key`);
      }
      this.#state = 'ours';
      if (found.CodeSha256 === sha256) return;
      await this.#lambda.delete(this.name);
    }
    throw new ToolError(`the name ${this.name} stays taken: does another run with the same key and run id go on?`);
  }

  async #isOurs(lambda: Lambda, found: FunctionConfiguration): Promise<boolean> {
    const tags = await lambda.tags(found.FunctionArn ?? '');
    return tags !== null && isOfRun(tags, this.#plan.identity.run);
  }

  #changing(side: Holding, nonce: string) {
    return { FunctionName: this.name, Description: describe(side), Environment: this.#environment(nonce) };
  }

  #input(side: Holding) {
    const { identity, sha, expires, settings } = this.#plan;
    return {
      ...this.#changing(side, 'created'),
      Runtime: 'provided.al2023' as const,
      Handler: 'bootstrap',
      Role: settings.role,
      MemorySize: identity.memory,
      Timeout: settings.timeout,
      EphemeralStorage: { Size: settings.storage },
      LoggingConfig: { LogFormat: 'Text' as const, LogGroup: settings.logGroup },
      Tags: { ...settings.tags, ...scratchTags(identity, sha, expires) },
    };
  }

  #environment(nonce: string) {
    return { Variables: { ...this.#plan.settings.environment, [NONCE]: nonce } };
  }
}

type CreateInput = Parameters<Lambda['create']>[0];

function describe(side: Holding): string {
  const what = side === 'host' ? 'the host alone' : side;
  return `made by coldgate for one run, which deletes it; it holds ${what}`;
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import type { Clock } from '../../src/cold-start/clock.ts';
import { Lambda } from '../../src/cold-start/lambda.ts';
import type { AwsOptions, ColdStartPlan } from '../../src/cold-start/options.ts';
import type { AwsConnection } from '../../src/cold-start/retry.ts';
import type { ColdStartHost } from '../../src/cold-start/run.ts';
import { LambdaDouble, type LambdaDoubleOptions } from '../doubles/lambda.ts';
import { unseen } from '../doubles/progress.ts';
import { seeded } from './scripted.ts';

/** An AWS account of the double's, with two packages to deploy and everything that was said. */
export class TestAccount implements AsyncDisposable {
  readonly double: LambdaDouble;
  readonly folder: string;
  readonly said: string[] = [];
  readonly stop = new AbortController();
  /** The double's time, and waits that are shortened to a hundredth. */
  readonly clock: Clock;

  private constructor(double: LambdaDouble, folder: string) {
    this.double = double;
    this.folder = folder;
    this.clock = {
      now: () => double.clock.now().getTime(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds / 100)),
    };
  }

  static async open(options: LambdaDoubleOptions = {}): Promise<TestAccount> {
    const double = await LambdaDouble.open({ mode: 'scripted', delays: { create: 4, update: 2 }, ...options });
    const account = new TestAccount(double, await mkdtemp(join(tmpdir(), 'coldgate-coldstart-')));
    for (const name of ['base', 'head']) await writeFile(account.zip(name), packageOf(name));
    return account;
  }

  zip(name: string): string {
    return join(this.folder, `${name}.zip`);
  }

  get aws(): AwsOptions {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const config = { endpoint: this.double.address, region: 'us-east-1', credentials };
    return { config, requestsPerSecond: 100_000, poll: 2, patience: 2_000 };
  }

  get host(): ColdStartHost {
    return { signal: this.stop.signal, progress: unseen((text) => void this.said.push(text)) };
  }

  lambda(overrides: Partial<AwsConnection> = {}): Lambda {
    return new Lambda({ ...this.aws, signal: this.stop.signal, clock: this.clock, rng: seeded(7), ...overrides });
  }

  options(overrides: Partial<ColdStartPlan> = {}): ColdStartPlan {
    const [base, head] = ['base', 'head'].map((name) => ({
      ...{ zip: this.zip(name), sha: (name === 'base' ? 'b' : 'a').repeat(40), arch: 'x86_64' as const },
    }));
    if (base === undefined || head === undefined) throw new Error('no packages');
    return {
      functions: [{ kind: 'function', name: 'health', crate: 'health', base, head, settings: {} }],
      key: 'main',
      run: '17234567890-1',
      role: 'arn:aws:iam::123456789012:role/the-role',
      memories: [128],
      looks: [4, 8],
      event: '{}',
      environment: { LEVEL: 'info' },
      timeout: 3,
      layers: [],
      storage: 512,
      tags: {},
      like: null,
      explicit: {},
      perFunction: new Map(),
      logGroup: '/coldgate/scratch',
      bucket: null,
      prefix: 'coldgate-',
      cap: 600_000,
      expiry: 3_600_000,
      decide: () => false,
      startsToProve: 5,
      comparisons: 1,
      rng: seeded(3),
      clock: this.clock,
      aws: this.aws,
      ...overrides,
    };
  }

  /** What was asked of AWS, without the looks that waiting takes. */
  get calls(): readonly string[] {
    return this.double.log.map(({ action }) => action).filter((action) => action !== 'GetFunction');
  }

  get names(): readonly string[] {
    return this.double.functions().map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.double[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function packageOf(text: string): Buffer {
  const zip = new AdmZip();
  zip.addFile('bootstrap', Buffer.from(`#!/bin/sh\n# ${text}\n`), '', 0o755);
  return zip.toBuffer();
}

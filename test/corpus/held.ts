import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { parseSnapshot, type Snapshot } from '../../src/core/snapshot/snapshot.ts';
import type { Home } from '../e2e/coldgate.ts';
import { plainBuild } from '../e2e/plain-build.ts';
import { CARGO } from '../rust.ts';

const execute = promisify(execFile);

/** One project measured by coldgate, and what a plain `cargo lambda build` of the same checkout gave. */
export interface Held {
  readonly snapshot: Snapshot;
  /** What `cargo metadata` prints for it, everything being downloaded. */
  readonly metadata: { readonly bytes: number; readonly seconds: number };
  readonly seconds: { readonly measured: number; readonly plain: number };
  /** Functions whose packed binary is not the plain build's, byte for byte. */
  readonly different: readonly string[];
}

/**
 * Measures the project in `folder` into `output`, empties coldgate's target directory, builds there as a team does, and compares the SHA-256 of
 * every packed binary. Throws with what coldgate said where it does not measure.
 */
export async function holdAgainstPlain(home: Home, folder: string, output: string): Promise<Held> {
  const [ended, measured] = await timed(() => home.run(folder, ['measure', '-o', output]));
  if (ended.code !== 0) throw new Error(ended.stderr.trimEnd().split('\n').slice(-25).join('\n'));
  const snapshot = parseSnapshot(await readFile(join(output, 'snapshot.json'), 'utf8'), output);
  const prefix = (await execute('git', ['rev-parse', '--show-prefix'], { cwd: folder })).stdout.trim();
  const plain = await plainBuild(home, prefix);
  const manifests = { cwd: join(await home.repository(), 'checkout', prefix), env: plain.env, maxBuffer: 1 << 28 };
  const [metadata, read] = await timed(() =>
    execute(CARGO, ['metadata', '--format-version', '1', '--filter-platform', 'x86_64-unknown-linux-gnu'], manifests),
  );
  await plain.empty();
  const extensions = snapshot.functions.filter(({ kind }) => kind === 'extension').map(({ name }) => name);
  const functions = snapshot.functions.filter(({ kind }) => kind === 'function').map(({ name }) => name);
  const bins = (names: readonly string[]): readonly string[] => names.flatMap((name) => ['--bin', name]);
  const [, built] = await timed(async () => {
    if (functions.length > 0) await plain.build(...(extensions.length === 0 ? [] : bins(functions)));
    if (extensions.length > 0) await plain.build('--extension', ...bins(extensions));
  });
  const different: string[] = [];
  for (const { name, kind, binary } of snapshot.functions) {
    const [place, entry] =
      kind === 'extension' ? [['extensions', `${name}.zip`], `extensions/${name}`] : [[name, 'bootstrap.zip'], 'bootstrap'];
    const digest = createHash('sha256')
      .update(await plain.packed(place, entry))
      .digest('hex');
    if (digest !== binary.sha256) different.push(name);
  }
  return {
    snapshot,
    metadata: { bytes: Buffer.byteLength(metadata.stdout), seconds: read },
    seconds: { measured, plain: built },
    different,
  };
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const started = performance.now();
  const result = await work();
  return [result, (performance.now() - started) / 1000];
}

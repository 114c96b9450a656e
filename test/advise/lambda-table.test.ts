import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lambdaBuildPlaces } from '../../src/advise/lambda-table.ts';
import { parseMetadata } from '../../src/cargo/metadata.ts';

let top: string;
beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'coldgate-table-')));
  await mkdir(join(top, 'fn'));
});
afterEach(() => rm(top, { recursive: true }));

const build = (value: object): object => ({ lambda: { build: value } });

/** Where each is read, as `file: path`. */
async function places(members: Readonly<Record<string, object | null>>, workspace: object | null = null): Promise<readonly string[]> {
  const packages = Object.entries(members).map(([name, metadata], at) => ({
    ...{ id: name, name, version: '0.1.0', source: null, manifest_path: join(top, at === 0 ? 'fn/Cargo.toml' : `${name}/Cargo.toml`) },
    ...{ targets: [], features: {}, dependencies: [], metadata },
  }));
  const ids = { workspace_members: Object.keys(members), workspace_root: join(top, 'fn'), metadata: workspace, resolve: null };
  const found = await lambdaBuildPlaces(parseMetadata(JSON.stringify({ packages, ...ids }), 'fn'), {
    top,
    folder: join(top, 'fn'),
    crate: 'fn',
  });
  return [found.target, found.compiler, found.config].map(({ file, path }) => `${file}: ${path.join('.')}`);
}

it('is the package’s table, and of a workspace its own', async () => {
  const of = (kind: string): string[] =>
    ['target', 'compiler', 'config'].map((key) => `fn/Cargo.toml: ${kind}.metadata.lambda.build.${key}`);
  expect(await places({ fn: null })).toEqual(of('package'));
  expect(await places({ fn: null, other: null })).toEqual(of('workspace'));
});

it('is where it stands already: what a list above it would take the place of', async () => {
  await writeFile(join(top, 'CargoLambda.toml'), '[build]\nconfig = ["net.retry=3"]\n');
  expect(await places({ fn: null })).toEqual([
    'fn/Cargo.toml: package.metadata.lambda.build.target',
    'fn/Cargo.toml: package.metadata.lambda.build.compiler',
    'CargoLambda.toml: build.config',
  ]);
  expect(await places({ fn: build({ config: [] }) }, build({ compiler: { type: 'cargo' } }))).toEqual([
    'fn/Cargo.toml: package.metadata.lambda.build.target',
    'fn/Cargo.toml: workspace.metadata.lambda.build.compiler',
    'fn/Cargo.toml: package.metadata.lambda.build.config',
  ]);
});

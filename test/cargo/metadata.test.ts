import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MetadataRun, parseMetadata, readMetadata, selectedPackages } from '../../src/cargo/metadata.ts';
import { DEFAULT_BUILD } from '../../src/cargo/request.ts';
import { ToolError } from '../../src/core/failures.ts';
import { member, Workspace } from './workspace.ts';

const ENV = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
const run = (features: readonly string[]): MetadataRun => ({
  platform: 'x86_64-unknown-linux-gnu',
  features,
  env: ENV,
  guard: { signal: new AbortController().signal, adopt: async () => async () => undefined },
});

describe('cargo metadata', () => {
  it('is read with what depends on what, and what the project wrote for coldgate', async () => {
    using workspace = new Workspace({
      'Cargo.toml': '[workspace]\nresolver = "2"\nmembers = ["*"]\n\n[workspace.metadata.coldgate]\nlimits = ["zip: 5 MB"]\n',
      ...member(
        'api',
        '\n[features]\nextra = []\n\n[dependencies]\nshared = { path = "../shared" }\n\n[package.metadata.lambda.build]\nflatten = "api"\n',
      ),
      ...member('shared', '', ['src/lib.rs']),
    });
    const cargo = await readMetadata(join(workspace.path, 'api'), run(['--features', 'extra']));
    expect(cargo.workspace_root).toBe(workspace.path);
    expect(cargo.metadata).toEqual({ coldgate: { limits: ['zip: 5 MB'] } });
    expect(cargo.packages.map(({ name }) => name).sort()).toEqual(['api', 'shared']);
    const api = cargo.packages.find(({ name }) => name === 'api');
    expect(api?.features).toEqual({ extra: [] });
    expect(api?.dependencies).toMatchObject([{ name: 'shared', kind: null, path: join(workspace.path, 'shared') }]);
    expect(api?.metadata).toEqual({ lambda: { build: { flatten: 'api' } } });
    expect(cargo.resolve?.nodes).toHaveLength(2);
    expect(selectedPackages(cargo, join(workspace.path, 'api'), DEFAULT_BUILD).map(({ name }) => name)).toEqual(['api']);
    // From the workspace's own folder cargo builds its default members.
    const all = await readMetadata(workspace.path, run([]));
    expect(selectedPackages(all, workspace.path, DEFAULT_BUILD).map(({ name }) => name)).toEqual(['api', 'shared']);
  });

  it('is read whole, however long: a project of 234 packages prints one line of 1,017,661 characters', async () => {
    const note = 'x'.repeat(1_500_000);
    using workspace = new Workspace({ ...member('api', `\n[package.metadata.notes]\nhistory = "${note}"\n`) });
    const cargo = await readMetadata(join(workspace.path, 'api'), run([]));
    expect(cargo.packages[0]?.metadata).toEqual({ notes: { history: note } });
  });

  it("fails with cargo's own words", async () => {
    using workspace = new Workspace({ 'Cargo.toml': '[package]\nname = "no version or source"\n' });
    const failure: unknown = await readMetadata(workspace.path, run([])).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ToolError);
    if (failure instanceof ToolError) expect(failure.process?.lastLines.join('\n')).toMatch(/no version or source/);
  });

  it('does without what older cargos leave out', () => {
    using workspace = new Workspace({
      'Cargo.toml': '[workspace]\nresolver = "2"\nmembers = ["*"]\n',
      ...member('api'),
      ...member('tool'),
    });
    const { workspace_default_members: _, ...old } = workspace.metadata();
    expect(selectedPackages(old, workspace.path, DEFAULT_BUILD).map(({ name }) => name)).toEqual(['api', 'tool']);
    expect(selectedPackages(old, join(workspace.path, 'tool'), DEFAULT_BUILD).map(({ name }) => name)).toEqual(['tool']);
  });
});

describe('parseMetadata', () => {
  it('answers anything but metadata with a ToolError that names the folder', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"packages":[${json}],"workspace_members":[]}`),
        ),
        (text) => {
          expect(() => parseMetadata(text, '/work/api')).toThrow(ToolError);
          expect(() => parseMetadata(text, '/work/api')).toThrow('cargo metadata of /work/api cannot be read');
        },
      ),
    );
  });
});

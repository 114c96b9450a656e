import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkLimits } from '../../src/action/asked-limits.ts';
import type { Leg } from '../../src/action/leg.ts';
import { ToolError } from '../../src/core/failures.ts';
import type { Base } from '../../src/core/model/base.ts';
import type { DeclaredLimit } from '../../src/core/snapshot/snapshot.ts';
import type { GitApi } from '../../src/github/git-api.ts';
import { aFunction, aSnapshot, BASE_SHA, HEAD_SHA } from '../core/builders.ts';

type Files = Readonly<Record<string, string>>;

/** Manifests of two commits, as GitHub has them. */
function gitOf(base: Files, head: Files): GitApi {
  const idOf = (text: string): string => createHash('sha1').update(text).digest('hex');
  const texts = new Map([...Object.values(base), ...Object.values(head)].map((text) => [idOf(text), text]));
  const unasked = (): never => {
    throw new ToolError('not asked here');
  };
  return {
    ...{ parentsOf: unasked, compare: unasked, commitOf: unasked },
    manifestsAt: async (sha) => {
      const files = sha === BASE_SHA ? base : head;
      return { manifests: Object.entries(files).map(([path, text]) => ({ path, sha: idOf(text) })), whole: true };
    },
    blob: async (sha) => texts.get(sha) ?? unasked(),
  };
}

const FIRST: Base = { kind: 'missing', why: { kind: 'first-run', sha: BASE_SHA, reason: 'x', limits: [] } };
const measuredWith = (crates: readonly string[], limits: readonly DeclaredLimit[] = []): Base => ({
  ...{ kind: 'measured', origin: 'built' },
  snapshot: aSnapshot({
    ...{ commit: { sha: BASE_SHA, source: 'commit', subject: '' }, limits: [...limits] },
    functions: crates.map((name) => aFunction({ name })),
  }),
});
const ask = (base: Files, head: Files, of: Base, crates: readonly string[] = ['api']) => {
  const snapshot = aSnapshot({ functions: crates.map((name) => aFunction({ name })) });
  return checkLimits(gitOf(base, head), { base: of, head: snapshot } as Leg, HEAD_SHA);
};

const alone = (name: string, more = ''): string => `[package]\nname = "${name}"\n[workspace]\n${more}`;
const OWN = '[package.metadata.coldgate]\nlimits = ["zip: 1 MB"]\n';
const OF_ALL = '[workspace.metadata.coldgate]\nlimits = ["zip: 1 MB"]\n';
const AMBIGUOUS = ["which package's limits count: several are called api"];

test.each([
  ['its package', OWN],
  ['its workspace', OF_ALL],
])('a new project is not held to the limits of one that has a package of its name elsewhere: %s', async (_, limits) => {
  const base = { 'x/Cargo.toml': alone('api', limits) };
  const asked = await ask(base, { ...base, 'y/Cargo.toml': alone('api') }, FIRST);
  expect(asked).toEqual({ confirmed: ["base's limits", 'that base has no such project'], claimed: [] });
});

test('a new project is held to the limits of the workspace that it joins', async () => {
  const base = { 'Cargo.toml': `[workspace]\nmembers = ["*"]\n${OF_ALL}`, 'x/Cargo.toml': '[package]\nname = "old"\n' };
  await expect(ask(base, { ...base, 'y/Cargo.toml': '[package]\nname = "api"\n' }, FIRST)).rejects.toThrow(
    /^Cargo\.toml at base declares "zip: 1 MB"/,
  );
});

test('another project goes as it comes: whether it moved under another name is only claimed', async () => {
  const asked = await ask({ 'fuzz/Cargo.toml': alone('fuzz', OF_ALL) }, { 'y/Cargo.toml': alone('api') }, FIRST);
  expect(asked).toEqual({ confirmed: ["base's limits"], claimed: ['that base has no such project'] });
  const same = ask({ 'x/Cargo.toml': alone('api') }, { 'y/Cargo.toml': alone('api') }, FIRST);
  await expect(same).rejects.toThrow(/there is no project at its base .*, and x\/Cargo\.toml there is gone at head/);
});

test('two new projects of one name: which was measured is only claimed', async () => {
  const base = { 'Cargo.toml': `[workspace]\nmembers = ["x"]\nexclude = ["y"]\n${OF_ALL}` };
  const head = { ...base, 'x/Cargo.toml': '[package]\nname = "api"\n', 'y/Cargo.toml': alone('api') };
  expect((await ask(base, head, FIRST)).claimed).toEqual(AMBIGUOUS);
});

test.each([
  ['its package', OWN],
  ['its workspace', OF_ALL],
])('a function that another project has under its name already is not held to the limits there: %s', async (_, limits) => {
  const base = { 'x/Cargo.toml': alone('api', limits), 'y/Cargo.toml': alone('old') };
  const head = { ...base, 'y/api/Cargo.toml': '[package]\nname = "api"\n' };
  const asked = await ask(base, head, measuredWith(['old']), ['old', 'api']);
  expect(asked).toEqual({ confirmed: ["base's limits"], claimed: AMBIGUOUS });
});

test('two projects at base with a package of one name: the limits of either workspace are only claimed', async () => {
  const base = { 'x/Cargo.toml': alone('api', OF_ALL), 'y/Cargo.toml': alone('api') };
  expect((await ask(base, base, measuredWith(['api']))).claimed).toEqual(AMBIGUOUS);
  const said = { text: 'zip: 2 MB', package: null, file: 'x/Cargo.toml', line: 5 };
  await expect(ask(base, base, measuredWith(['api'], [said]))).rejects.toThrow(/declares "zip: 1 MB", and the artifact says "zip: 2 MB"/);
});

test('a project that moved is one package: its limits are confirmed', async () => {
  const asked = ask({ 'x/Cargo.toml': alone('api', OWN) }, { 'y/Cargo.toml': alone('api', OWN) }, measuredWith(['api']));
  await expect(asked).rejects.toThrow(/^x\/Cargo\.toml at base declares "zip: 1 MB"/);
});

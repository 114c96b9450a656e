import AdmZip from 'adm-zip';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUICK_PROFILE } from '../e2e/checks.ts';
import { carrying } from '../e2e/drifting.ts';
import { manifest } from '../e2e/project.ts';
import { type Opened, REPOSITORY, Scene } from './scene.ts';

/** Each has a line of its own, so that git can tell them apart. */
const member = (name: string, carried: number, line = name): Record<string, string> => ({
  [`${name}/Cargo.toml`]: manifest(name),
  ...Object.fromEntries(
    Object.entries(carrying(carried)).map(([path, text]) => [
      `${name}/${path}`,
      path.endsWith('.rs')
        ? `${text}// ${line.repeat(40)}
`
        : text,
    ]),
  ),
});
const without = (name: string): Record<string, null> => Object.fromEntries(Object.keys(member(name, 0)).map((path) => [path, null]));
const lock = (...names: readonly string[]): Record<string, string> => ({
  'Cargo.lock': `version = 4\n${names.map((name) => `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n`).join('')}`,
});

let scene: Scene;
let changed: Opened;

beforeAll(async () => {
  scene = await Scene.open({
    'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["?"]\n${QUICK_PROFILE}\n[workspace.metadata.coldgate]\nlimits = ["zip: +10% since v*"]\n`,
    '.gitignore': 'target/\n',
    ...lock('a', 'b', 'z'),
    ...member('a', 1),
    ...member('b', 1),
    ...member('z', 1),
  });
  await scene.project.git('tag', 'v1.0.0');
  await scene.project.commit({ ...without('z'), ...without('b'), ...member('c', 1, 'b'), ...lock('a', 'c') }, 'z goes, b is c');
  await scene.project.commit(member('c', 20, 'b'), 'c grows');
  changed = await scene.pull('changed', { ...member('a', 40), ...member('c', 40, 'b') });
});
afterAll(() => scene[Symbol.asyncDispose]());

test('what a release had and is gone, or has another name since, keeps no shard from counting', async () => {
  const options = { event: 'pull_request', headBranch: changed.branch, headSha: changed.head, conclusion: 'success' as const };
  const run = scene.state.run(REPOSITORY, options);
  await scene.project.git('checkout', '--quiet', changed.merge);
  const built: string[] = [];
  for (const shard of ['1/2', '2/2']) {
    await scene.forget();
    const ran = await scene.run(scene.event(changed), { mode: 'measure', shard }, { runId: run.id });
    built.push(
      ...[...ran.stdout.matchAll(/v1\.0\.0 \(\w+\)(?:: building (\w+) with| could not be .*)/g)].map(([line, name]) => name ?? line),
    );
  }
  expect(built.toSorted()).toEqual(['a', 'b']);
  const counted = scene.results.artifacts(run.id).flatMap(({ name, zip }): readonly string[] => {
    if (name.endsWith('split')) return [];
    const { references } = JSON.parse(new AdmZip(zip).readAsText('leg.json'));
    return references.flatMap(({ found }: FoundFunctions) => found.functions.map((fn) => `${fn.crate}/${fn.name}`));
  });
  expect(counted.toSorted()).toEqual(['a/a', 'c/c']);
});

interface FoundFunctions {
  readonly found: { readonly functions: readonly { readonly name: string; readonly crate: string }[] };
}

import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, QUICK_PROFILE } from './checks.ts';
import { type Ended, Home } from './coldgate.ts';
import { EXCHANGE, manifest, Project, TINY_MAIN } from './project.ts';

/** Some work before the first request. */
const BUSY = TINY_MAIN.replace(
  'fn main() {',
  'fn main() {\n    let mut table = std::collections::BTreeMap::new();\n    for n in 0..std::hint::black_box(2000u32) { table.insert(n, n); }\n    std::hint::black_box(&table);',
);

/** An external extension: registers and asks for its first event. */
const watcher = (name: string): string => `use std::io::{Read, Write};

${EXCHANGE}
fn main() {
    std::hint::black_box("${name}");
    let answer = exchange("POST /2020-01-01/extension/register HTTP/1.1\\r\\nLambda-Extension-Name: watcher\\r\\nContent-Length: 2\\r\\n\\r\\n{}");
    let id = answer.lines().find_map(|line| line.strip_prefix("Lambda-Extension-Identifier: ")).unwrap();
    exchange(&format!("GET /2020-01-01/extension/event/next HTTP/1.1\\r\\nLambda-Extension-Identifier: {id}\\r\\n\\r\\n"));
}
`;

/** Libraries in place of the crates by whose names functions and extensions are told. */
const workspace = {
  ...Object.fromEntries(
    ['lambda_runtime', 'lambda-extension'].flatMap((name) => [
      [`${name}/Cargo.toml`, manifest(name)],
      [`${name}/src/lib.rs`, ''],
    ]),
  ),
  'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["tiny", "watcher", "lambda_runtime", "lambda-extension"]\n${QUICK_PROFILE}`,
  'tiny/Cargo.toml': manifest('tiny', '\n[dependencies]\nlambda_runtime = { path = "../lambda_runtime" }\n'),
  'tiny/src/main.rs': TINY_MAIN,
  'watcher/Cargo.toml': manifest('watcher', '\n[dependencies]\nlambda-extension = { path = "../lambda-extension" }\n'),
  'watcher/src/main.rs': watcher('before'),
};

let home: Home;
let project: Project;
beforeAll(async () => {
  home = await Home.create();
  project = await Project.create(workspace);
  for (const side of ['base', 'head']) {
    if (side === 'head') await project.commit({ 'tiny/src/main.rs': BUSY, 'watcher/src/main.rs': watcher('behind') }, 'busy');
    expect(await home.run(project.path, ['measure', '-o', join(home.path, side)])).toMatchObject({ code: 0 });
  }
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

/** A copy of head's folder that a test may spoil. */
async function spoilt(name: string, spoil: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(home.path, name);
  await cp(join(home.path, 'head'), folder, { recursive: true });
  await spoil(folder);
  return folder;
}

const compare = (head: string, ...more: readonly string[]): Promise<Ended> =>
  home.run(project.path, ['compare', join(home.path, 'base'), head, ...more]);

describe('measure twice, then compare', () => {
  test('starts the packages beside each other, also of an extension, so that init is judged', async () => {
    const ended = await compare(
      join(home.path, 'head', 'snapshot.json'),
      '--init',
      'local',
      '--limit',
      'init.instructions: +10%',
      '--json',
      '-',
    );
    const { verdict, functions } = jsonOf(ended);
    expect(functions.map(({ name, init }) => [name, init.state.kind])).toEqual([
      ['tiny', 'measured'],
      ['watcher', 'measured'],
    ]);
    expect(verdict.breaches).toMatchObject([{ kind: 'limit', function: 'tiny', metric: 'init.instructions' }]);
    expect(ended.code).toBe(1);
  });

  test.each([
    [
      'without its package',
      (folder: string) => rm(join(folder, 'packages'), { recursive: true }),
      'its package is not beside the snapshot',
    ],
    [
      'with another package in its place',
      (folder: string) => cp(join(home.path, 'base', 'packages', 'tiny.zip'), join(folder, 'packages', 'tiny.zip')),
      'holds another binary than its snapshot describes',
    ],
    [
      'with no package at all there',
      (folder: string) => writeFile(join(folder, 'packages', 'tiny.zip'), 'no ZIP'),
      'its package cannot be read',
    ],
    [
      'of another architecture',
      async (folder: string) => {
        const file = join(folder, 'snapshot.json');
        await writeFile(
          file,
          (await readFile(file, 'utf8')).replaceAll(
            /"arch":"(x86_64|arm64)"/g,
            (_, arch) => `"arch":"${arch === 'arm64' ? 'x86_64' : 'arm64'}"`,
          ),
        );
      },
      ' binary on an ',
    ],
  ])('a head %s is no pass, and says why', async (name, spoil, reason) => {
    const folder = await spoilt(name, spoil);
    const ended = await compare(folder, '--init=local');
    const [first = ''] = ended.stdout.split('\n');
    expect(first).toMatch(/^not checked: .*init(?: of tiny)? not judged: init of two sessions is not compared/);
    expect(ended.stdout.replaceAll(/\s+/g, ' ')).toContain(reason);
    expect(ended.code).toBe(0);
    // A limit that somebody wrote is no matter of taste.
    expect((await compare(folder, '--init=local', '--limit', 'tiny/init.instructions: +10%')).code).toBe(3);
  });

  test('without the twins it still counts, and with init off it says nothing of it', async () => {
    const folder = await spoilt('twinless', (path) => rm(join(path, 'twins'), { recursive: true }));
    expect(jsonOf(await compare(folder, '--init=local', '--json', '-')).functions[0]?.init).toMatchObject({ state: { kind: 'measured' } });
    const off = await compare(folder, '--init=off');
    expect(off.stdout).toMatch(/^pass: /);
    expect(off.stderr).not.toContain('init of');
  });
});

test('a function is started beside its base by whatever name it goes there', async () => {
  await using one = await Project.create({
    'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["*"]\nexclude = ["target"]\n${QUICK_PROFILE}`,
    ...bootstrap('orders'),
  });
  expect(await home.run(one.path, ['measure', '-o', join(home.path, 'alone')])).toMatchObject({ code: 0 });
  await one.commit({ ...bootstrap('returns'), 'orders/src/main.rs': BUSY }, 'a second bootstrap');
  expect(await home.run(one.path, ['measure', '-o', join(home.path, 'two')])).toMatchObject({ code: 0 });
  const compared = jsonOf(
    await home.run(one.path, ['compare', join(home.path, 'alone'), join(home.path, 'two'), '--init', 'local', '--json', '-']),
  );
  const orders = compared.functions.find(({ name }) => name === 'orders/bootstrap');
  expect(orders).toMatchObject({ status: 'changed', init: { state: { kind: 'measured' } } });
  expect(orders?.metrics['init.faults'].base).toBeGreaterThan(0);
});

/** A package whose binary is called `bootstrap`, as SAM's projects have it. */
function bootstrap(name: string): Record<string, string> {
  return {
    [`${name}/Cargo.toml`]: manifest(name, '\n[[bin]]\nname = "bootstrap"\npath = "src/main.rs"\n'),
    [`${name}/src/main.rs`]: TINY_MAIN,
  };
}

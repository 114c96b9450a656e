import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Artifact } from '../../src/cargo/artifacts.ts';
import { changedInput, readInputs } from '../../src/cargo/inputs.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-inputs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
const unit = (crate: string, ...files: readonly string[]): Artifact => ({
  ...{ id: '', features: null, package: crate, crate, kind: ['lib'], executable: null, source: null, fresh: true, line: '' },
  files: files.map((name) => join(folder, 'target/release', name)),
});

/** As rustc writes it: https://doc.rust-lang.org/rustc/command-line-arguments.html#option-emit */
const depInfo = (files: readonly string[], variables: readonly string[]): string =>
  `/t/deps/libx.rmeta: ${files.map((name) => name.replaceAll(' ', '\\ ')).join(' ')}\n\n${files.map((name) => `${name}:\n`).join('')}\n${variables.map((line) => `# env-dep:${line}\n`).join('')}`;

describe('what a build read', () => {
  test('variables and files of every unit; what is the commit’s, the registry’s or made by the build is left out', async () => {
    const outer = join(folder, 'outer file.txt');
    await write({
      'outer file.txt': 'a',
      'target/release/deps/lib_x-0123456789abcdef.d': 'wrong: one',
      'target/release/deps/x-0123456789abcdef.d': depInfo(
        ['src/lib.rs', outer, '/registry/src/y.rs', '../beside.txt'],
        ['API_URL=a=b', 'UNSET', 'OUT_DIR=/x'],
      ),
      'target/release/deps/my_fn-1111111111111111.d': depInfo(['src/main.rs'], ['OF_MAIN']),
      'target/release/deps/my_fn_more-1111111111111111.d': depInfo(['src/main.rs'], ['OF_ANOTHER']),
      'target/release/build/x-2222222222222222/build_script_build-2222222222222222.d': depInfo(['build.rs'], ['OF_SCRIPT']),
      'target/release/build/x-3333333333333333/output': `cargo:rerun-if-env-changed=CC\ncargo::rerun-if-env-changed=CFLAGS\r\nsaid=cargo:rerun-if-env-changed=NO\ncargo:rerun-if-changed=${folder}/etc\ncargo:rerun-if-changed=wrapper.h\n`,
      'etc/one.conf': '1',
    });
    const artifacts = [
      unit('x', 'deps/libx-0123456789abcdef.rlib', 'deps/libx-0123456789abcdef.rmeta'),
      unit('my-fn', 'my-fn'),
      unit('build-script-build', 'build/x-2222222222222222/build-script-build'),
    ];
    const built = {
      functions: [],
      leftOut: [],
      compiled: 0,
      artifacts,
      scripts: [join(folder, 'target/release/build/x-3333333333333333/out')],
    };
    const env = { API_URL: 'https://secret', CC: 'gcc' };
    const place = {
      top: join(folder, 'checkout'),
      workspaceRoot: join(folder, 'checkout'),
      known: ['/registry', join(folder, 'target')],
      tags: '/nowhere',
      files: [],
      env,
    };
    const inputs = await readInputs(built, [], place);
    expect(Object.keys(inputs?.variables ?? {})).toEqual(['API_URL', 'CC', 'CFLAGS', 'OF_MAIN', 'OF_SCRIPT', 'OUT_DIR', 'UNSET']);
    expect(inputs?.variables.CFLAGS).toBeNull();
    expect(Object.keys(inputs?.files ?? {})).toEqual([join(folder, 'beside.txt'), join(folder, 'etc'), outer]);
    expect(JSON.stringify(inputs)).not.toContain('secret');
    if (inputs === null) throw new Error('nothing read');

    expect(await changedInput(inputs, env)).toBeNull();
    expect(await changedInput(inputs, { ...env, OTHER: '1' })).toBeNull();
    expect(await changedInput(inputs, { ...env, CFLAGS: '' })).toMatch(/CFLAGS/);
    await write({ 'etc/two.conf': '2' });
    expect(await changedInput(inputs, env)).toContain(join(folder, 'etc'));
    await rm(join(folder, 'etc/two.conf'));
    await write({ 'beside.txt': 'now there' });
    expect(await changedInput(inputs, env)).toContain('beside.txt');
  });

  test('is given up where it is too much to keep', async () => {
    await write({
      'target/release/deps/y-0123456789abcdef.d': depInfo(
        ['src/lib.rs'],
        Array.from({ length: 1_001 }, (_, index) => `V${index}`),
      ),
    });
    const built = { functions: [], leftOut: [], compiled: 0, artifacts: [unit('y', 'deps/liby-0123456789abcdef.rlib')], scripts: [] };
    expect(await readInputs(built, [], { top: '/a', workspaceRoot: '/a', known: [], tags: '/nowhere', files: [], env: {} })).toBeNull();
  });
});

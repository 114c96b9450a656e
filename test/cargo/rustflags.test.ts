import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rustflagsFindings } from '../../src/cargo/rustflags.ts';
import type { Environment } from '../../src/exec/run.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-rustflags-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** `by`, and the place where it is in the repository. */
async function found(more: Environment = {}): Promise<readonly string[]> {
  const env = { PATH: process.env.PATH ?? '', HOME: join(folder, 'home'), ...more };
  const place = { folder: join(folder, 'checkout/services/api'), checkout: join(folder, 'checkout'), env };
  return (await rustflagsFindings(place, 'x86_64')).map((one) => {
    if (one.kind !== 'rustflags') throw new Error(one.kind);
    expect(one.cpu).toBe('haswell');
    return one.place === null ? one.by : `${one.place.file}:${one.place.line}`;
  });
}

// Each tried with cargo lambda 1.9.2: what is found here has no `target-cpu` in rustc's arguments, what is not has `haswell`, or the one it names.
test.each([
  ['RUSTFLAGS', '-D warnings', ['RUSTFLAGS']],
  ['CARGO_ENCODED_RUSTFLAGS', '-D\u001fwarnings', ['CARGO_ENCODED_RUSTFLAGS']],
  ['CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS', '-g', ['CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS']],
  ['CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS', '-g', []],
  ['CARGO_BUILD_RUSTFLAGS', '-g', []],
  ['RUSTFLAGS', '-Ctarget-cpu=native', []],
  ['RUSTFLAGS', '', []],
])('the variable %s=%s', async (name, value, expected) => {
  expect(await found({ [name]: value })).toEqual(expected);
});

test.each([
  ['checkout/services/api/.cargo/config.toml', '[build]\nrustflags = ["-g"]\n', []],
  ['checkout/.cargo/config', '[target.x86_64-unknown-linux-gnu]\n# ours\nrustflags = "-g"\n', ['.cargo/config:3']],
  ['home/.cargo/config.toml', "[target.'cfg(unix)']\nrustflags = ['-g']\n", ['home/.cargo/config.toml']],
  ['checkout/.cargo/config.toml', "[target.'cfg(unix)']\nrustflags = ['-g']\n", ['.cargo/config.toml:2']],
  ['checkout/.cargo/config.toml', "[target.'cfg(windows)']\nrustflags = ['-g']\n", []],
  ['checkout/.cargo/config.toml', '[target.aarch64-unknown-linux-gnu]\nrustflags = ["-g"]\n', []],
  ['checkout/.cargo/config.toml', '[target.x86_64-unknown-linux-gnu]\nrustflags = ["-C", "target-cpu=znver3"]\n', []],
  ['checkout/.cargo/config.toml', '[target.x86_64-unknown-linux-gnu]\nlinker = "clang"\n', []],
  ['outside/.cargo/config.toml', "[target.'cfg(unix)']\nrustflags = ['-g']\n", []],
  ['checkout/.cargo/config.toml', 'not = [toml', []],
])('%s: %j', async (path, text, expected) => {
  await write(path, text);
  expect((await found()).map((one) => one.replace(`${folder}/`, ''))).toEqual(expected);
});

test('what a configuration includes is found where it is written; a variable is all that cargo reads', async () => {
  await write('checkout/.cargo/config.toml', 'include = ["flags.toml"]\n');
  await write('checkout/.cargo/flags.toml', '[target.x86_64-unknown-linux-gnu]\nrustflags = "-g"\n');
  expect(await found()).toEqual(['.cargo/flags.toml:2']);
  expect(await found({ RUSTFLAGS: '-D warnings' })).toEqual(['RUSTFLAGS']);
});

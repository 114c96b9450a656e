import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSnapshot, type Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { Home } from './coldgate.ts';
import { codeOf, plainBuild, unpack } from './plain-build.ts';
import { FAT_PROFILE, manifest, Project, TINY_MAIN, tiny } from './project.ts';

/** Where the crates come from; `none` where not even the fall-back builds. */
type Source = 'twin' | 'binary' | 'rebuild' | 'none';

interface Variant {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** Files that git keeps as executable. */
  readonly programs?: readonly string[];
  /** Arguments of `cargo lambda build`, which coldgate passes on. */
  readonly buildArguments?: readonly string[];
  /** Where the manifest is. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly names?: readonly string[];
  readonly of?: Source;
  /** Looks at what the measured build left, `scratch` being a folder that is gone afterwards. */
  readonly evidence?: (scratch: string) => Promise<void>;
}

const CARGO: readonly string[] = ['--compiler', 'cargo'];
const LINKER = '[target.x86_64-unknown-linux-gnu]\nlinker = "./own-linker"\n';

/** A linker that notes how it was called, and keeps the arguments of a response file. */
const LOGGING_LINKER = `#!/bin/sh
for argument in "$@"; do
  case $argument in @*) echo "$argument" >>"$LINKER_LOG"; wc -c <"\${argument#@}" >>"$LINKER_LOG" ;; esac
done
echo "called with $# arguments" >>"$LINKER_LOG"
exec cc "$@"
`;

/** Fails for every link that is not to be stripped, the fall-back's own included. */
const STRIPPING_LINKER = `#!/bin/sh
case " $* " in *" -Wl,--strip-all "*) exec cc "$@" ;; esac
echo "this linker only strips" >&2
exit 7
`;

/** Fails for the second link alone. */
const TWINLESS_LINKER = `#!/bin/sh
case " $* " in *.unstripped.*) exit 7 ;; esac
exec cc "$@"
`;

const LOGGING_WRAPPER = `#!/bin/sh
echo "$*" >>"$WRAPPER_LOG"
exec "$@"
`;

/**
 * 7 MB of linker arguments: more than any Linux takes on one command line (6 MiB), whatever its stack limit is. gcc hands its own options
 * on in a variable, of which 128 KiB is the limit; zig knows no `-Wl,-L` and splits at blanks: each plain build decides what it can take.
 */
const longCommand = (argument: string): Readonly<Record<string, string>> => ({
  ...tiny(),
  'Cargo.toml': manifest('tiny', `build = "build.rs"\n${FAT_PROFILE}`),
  'build.rs': `fn main() {
    let long = "x".repeat(3_500);
    for number in 0..2_000 {
        println!("cargo:rustc-link-arg=${argument}");
    }
}
`,
});

const member = (name: string): Readonly<Record<string, string>> => ({
  [`${name}/Cargo.toml`]: manifest(name, '\n[dependencies]\nshared = { path = "../shared" }\n'),
  [`${name}/src/main.rs`]: TINY_MAIN.replace('fn main() {', `fn main() {\n    println!("{}", shared::greet("${name}"));`),
});

const THREE: Readonly<Record<string, string>> = {
  'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["first", "second-one", "third", "shared"]\n${FAT_PROFILE}`,
  '.gitignore': 'target/\n',
  'Cargo.lock': `version = 4\n${['first', 'second-one', 'shared', 'third']
    .map((name) => `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n${name === 'shared' ? '' : 'dependencies = [\n "shared",\n]\n'}`)
    .join('')}`,
  ...member('first'),
  ...member('second-one'),
  ...member('third'),
  'shared/Cargo.toml': manifest('shared'),
  'shared/src/lib.rs': 'pub fn greet(name: &str) -> String {\n    format!("hello from {name}, {} letters", name.len())\n}\n',
};

const VARIANTS: readonly Variant[] = [
  { title: 'one function, fat LTO', files: tiny() },
  { title: 'a workspace of three with a shared library crate', files: THREE, names: ['first', 'second-one', 'third'] },
  { title: 'no profile section', files: tiny('tiny', '') },
  { title: 'strip = "none"', files: tiny('tiny', '\n[profile.release]\nstrip = "none"\n'), of: 'binary' },
  { title: 'strip = "debuginfo"', files: tiny('tiny', '\n[profile.release]\nstrip = "debuginfo"\n'), of: 'binary', buildArguments: CARGO },
  // zig takes all symbols off where debug information alone is to go.
  { title: 'strip = "debuginfo", zig', files: tiny('tiny', '\n[profile.release]\nstrip = "debuginfo"\n') },
  { title: '--compiler cargo', files: tiny(), buildArguments: CARGO },
  {
    title: 'a linker of .cargo/config.toml',
    files: { ...tiny(), '.cargo/config.toml': LINKER, 'own-linker': LOGGING_LINKER },
    programs: ['own-linker'],
    buildArguments: CARGO,
    evidence: async (scratch) => {
      // The shipped binary, its twin and nothing else, each once.
      expect((await readFile(join(scratch, 'linker.log'), 'utf8')).match(/^called/gm)).toHaveLength(2);
    },
  },
  {
    title: 'a command line as long as a response file',
    files: { ...longCommand('-Wl,-L/none/a blank/{number}/{long}'), '.cargo/config.toml': LINKER, 'own-linker': LOGGING_LINKER },
    programs: ['own-linker'],
    buildArguments: CARGO,
    evidence: async (scratch) => {
      const log = (await readFile(join(scratch, 'linker.log'), 'utf8')).split('\n');
      const files = log.flatMap((line, index) => (line.startsWith('@') ? [{ name: line, size: Number(log[index + 1]) }] : []));
      expect(files.map(({ name }) => name.replace(/^.*\//, ''))).toEqual([
        'linker-arguments',
        expect.stringMatching(/^tiny-[0-9a-f]+\.unstripped\.\d+\.arguments$/),
      ]);
      for (const { size } of files) expect(size).toBeGreaterThan(7_000_000);
    },
  },
  {
    title: 'a response file for zig',
    files: longCommand('-L/none/{number}/{long}'),
  },
  {
    title: 'a second link that fails',
    files: { ...tiny(), '.cargo/config.toml': LINKER, 'own-linker': TWINLESS_LINKER },
    programs: ['own-linker'],
    buildArguments: CARGO,
    of: 'rebuild',
  },
  {
    title: 'a linker that always strips',
    files: { ...tiny(), '.cargo/config.toml': LINKER, 'own-linker': STRIPPING_LINKER },
    programs: ['own-linker'],
    buildArguments: CARGO,
    of: 'none',
  },
  {
    title: 'a RUSTC_WRAPPER of its own',
    files: { ...tiny(), wrapper: LOGGING_WRAPPER },
    programs: ['wrapper'],
    env: { RUSTC_WRAPPER: 'wrapper' },
    evidence: async (scratch) => {
      const calls = (await readFile(join(scratch, 'wrapper.log'), 'utf8')).split('\n');
      const final = calls.filter((line) => line.includes('--crate-name tiny '));
      expect(final).toHaveLength(1);
      expect(final[0]).toMatch(/ -C linker=\S+\/linkers\/zigcc-\S+$/);
    },
  },
  {
    title: 'a path with a blank',
    files: Object.fromEntries(Object.entries(tiny()).map(([name, text]) => [`my functions/${name}`, text])),
    folder: 'my functions',
  },
];

describe('the binary measured is that of a plain cargo lambda build', () => {
  it.each(VARIANTS)('$title', async (variant) => {
    await using project = await Project.create(variant.files);
    for (const name of variant.programs ?? []) await chmod(join(project.path, name), 0o755);
    await project.commit({}, 'second');
    await using home = await Home.create();
    const scratch = await mkdtemp(join(tmpdir(), 'coldgate-identical-'));
    try {
      const named = Object.entries(variant.env ?? {}).map(([name, value]) => [name, join(project.path, value)]);
      const logs = { LINKER_LOG: join(scratch, 'linker.log'), WRAPPER_LOG: join(scratch, 'wrapper.log') };
      const env = { ...logs, ...Object.fromEntries(named) };
      const folder = join(project.path, variant.folder ?? '');
      const output = join(scratch, 'out');
      const passed = (variant.buildArguments ?? []).map((argument) => `--build-arg=${argument}`);
      const ended = await home.run(folder, ['measure', '-o', output, ...passed], env);
      expect(ended, ended.stderr.replaceAll(/x{99,}/g, 'xx').slice(-3_000)).toMatchObject({ code: 0 });
      const snapshot = parseSnapshot(await readFile(join(output, 'snapshot.json'), 'utf8'), 'snapshot.json');
      expect(snapshot.functions.map(({ name }) => name)).toEqual(variant.names ?? ['tiny']);
      await variant.evidence?.(scratch);
      await expectAttributed(snapshot, output, variant.of ?? 'twin');

      const plain = await plainBuild(home, variant.folder ?? '', env);
      const build = () => plain.build(...(variant.buildArguments ?? []));
      // What coldgate built serves a plain build: nothing is compiled again.
      expect((await build()).stderr).not.toMatch(/Compiling/);
      await plain.empty();
      expect((await build()).stderr).toMatch(/Compiling/);
      for (const one of snapshot.functions) {
        expect(one.binary.sha256).toBe(sha256(await plain.binary(one.name, 'bootstrap.zip')));
        expect(one.binary.sha256).toBe(sha256(unpack(await readFile(join(output, one.package.file)), 'bootstrap')));
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
});

async function expectAttributed(snapshot: Snapshot, output: string, of: Source): Promise<void> {
  const noTwin = { code: 'no-twin', text: expect.stringMatching(/^tiny: the second link left no unstripped twin: /) };
  expect(snapshot.notes.filter(({ code }) => code !== 'no-lambda-dependency')).toEqual(of === 'rebuild' || of === 'none' ? [noTwin] : []);
  for (const one of snapshot.functions) {
    if (of === 'none') expect(one.attribution).toMatchObject({ kind: 'none', reason: expect.stringContaining('cargo') });
    else expect(one.attribution).toMatchObject({ kind: 'attributed', of });
    if (of === 'twin') await expectTwin(one, output);
    else expect(one.twin).toBeNull();
  }
}

/** Where the shipped binary is stripped, its twin is there with the same code, byte for byte. */
async function expectTwin(one: Snapshot['functions'][number], output: string): Promise<void> {
  const shipped = join(output, `${one.name}.bootstrap`);
  await writeFile(shipped, unpack(await readFile(join(output, one.package.file)), 'bootstrap'));
  const twin = join(output, one.twin ?? 'no twin');
  expect((await stat(twin)).size).toBeGreaterThan(one.binary.size);
  const [ours, theirs] = [await codeOf(shipped), await codeOf(twin)];
  expect(ours.length).toBe(one.binary.text);
  expect(ours.equals(theirs)).toBe(true);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

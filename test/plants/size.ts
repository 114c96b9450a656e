import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Home } from '../e2e/coldgate.ts';
import { FAT_PROFILE, manifest, Project, TINY_MAIN } from '../e2e/project.ts';
import { CARGO } from '../rust.ts';
import type { Plant } from './plant.ts';

type Files = Readonly<Record<string, string>>;

interface Growth {
  readonly name: string;
  readonly what: string;
  readonly metric: string;
  readonly expected: RegExp;
  readonly base: Files;
  readonly head: Files;
}

/** What costs as much packed as unpacked. */
const NOISE = `#![allow(long_running_const_eval)]
pub const fn noise<const N: usize>(mut seed: u32) -> [u8; N] {
    let mut bytes = [0u8; N];
    let mut i = 0;
    while i < N { seed ^= seed << 13; seed ^= seed >> 17; seed ^= seed << 5; bytes[i] = seed as u8; i += 1; }
    bytes
}
`;
/** Something to look things up with, that the optimiser cannot know. */
const LOOK = 'pub fn look(at: usize) -> u8 { (at as u8).wrapping_mul(31) }\n';
const USES_TABLES = usedInMain('tables::look(read)');
const TABLES = {
  ...project({ tables: '{ path = "tables" }' }),
  'tables/Cargo.toml': manifest('tables'),
  'tables/src/lib.rs': LOOK,
  'src/main.rs': USES_TABLES,
};

/** Text that does not pack: as many hexadecimal digits. */
function digits(count: number, seed: number): string {
  let state = seed;
  let text = '';
  while (text.length < count) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return text.slice(0, count);
}

function usedInMain(look: string, items = ''): string {
  return `${items}${TINY_MAIN.replace('    let _ = stream.read(&mut answer);', `    let read = stream.read(&mut answer).unwrap_or(0);\n    if ${look} == 7 { println!("seven"); }`)}`;
}

function project(dependencies: Readonly<Record<string, string>>, profile = FAT_PROFILE, more = ''): Record<string, string> {
  const lines = Object.entries(dependencies).map(([name, value]) => `${name} = ${value}\n`);
  return {
    'Cargo.toml': `${manifest('tiny', more)}${lines.length === 0 ? '' : `\n[dependencies]\n${lines.join('')}`}${profile}\n[workspace]\n`,
    'src/main.rs': TINY_MAIN,
    '.gitignore': 'target/\n',
  };
}

const OWN = { ...project({}), 'src/main.rs': usedInMain('look(read)', LOOK) };
const WORDS = Array.from({ length: 20_000 }, (_, index) => `"w${digits(5, index)}"`).join(',');
const GENERICS = (count: number): string =>
  `use std::hint::black_box;\npub struct Kind<const N: u64>;\n#[inline(never)]\npub fn work<const N: u64>(at: usize) -> u64 {\n    let mut sum = N;\n    for i in 0..black_box(at as u64) { sum = sum.rotate_left((N % 61) as u32 + 1) ^ (i * (N + 3)); if sum % (N + 7) == 1 { sum = sum.wrapping_mul(N | 1) + format!("{sum:x}").len() as u64; } }\n    sum\n}\npub fn look(at: usize) -> u8 { let mut all = 0; ${Array.from({ length: count }, (_, index) => `all ^= work::<${index * 7 + 1}>(at);`).join(' ')} all as u8 }\n`;
const STRUCTS = (derived: string): string =>
  `${Array.from({ length: 40 }, (_, index) => `#[derive(${derived})]\npub struct S${index} { name_${index}: String, count_${index}: u64, list_${index}: Vec<Option<u32>>, pair_${index}: (String, u64) }\nimpl S${index} { fn new(at: usize) -> Self { Self { name_${index}: "x".repeat(at), count_${index}: at as u64, list_${index}: vec![None; at], pair_${index}: (String::new(), ${index}) } } }\n`).join('')}`;
const SUMS = Array.from({ length: 40 }, (_, index) => `sum += S${index}::new(at).count_${index};`).join(' ');
const COPIES = Array.from({ length: 40 }, (_, index) => `let s = S${index}::new(at); sum += s.clone().list_${index}.len() as u64;`).join(
  ' ',
);
const derives = (derived: string, body: string): Files => ({
  ...project({}),
  'src/main.rs': usedInMain(
    'look(read)',
    `${STRUCTS(derived)}#[inline(never)] pub fn look(at: usize) -> u8 { let mut sum = 0u64; ${body} sum as u8 }\n`,
  ),
});
const C_BUILD = `fn main() { cc::Build::new().file("table.c").compile("table"); println!("cargo:rerun-if-changed=table.c"); }\n`;
const inC = (table: string): Files => ({
  ...project({ ctable: '{ path = "ctable" }' }),
  'src/main.rs': usedInMain('ctable::look(read)'),
  'ctable/Cargo.toml': `${manifest('ctable', 'build = "build.rs"\n\n[build-dependencies]\ncc = "1"\n')}`,
  'ctable/build.rs': C_BUILD,
  'ctable/src/lib.rs': 'extern "C" { fn c_look(at: usize) -> u8; }\npub fn look(at: usize) -> u8 { unsafe { c_look(at) } }\n',
  'ctable/table.c': table,
});
const numbers = Array.from({ length: 75_000 }, (_, index) => (Math.imul(index + 1, 2_654_435_761) >>> 0).toString()).join(',');
const asset = 'include = ["assets/rules.bin", "assets/model.bin"]';

const GROWTHS: readonly Growth[] = [
  {
    ...{ name: 'table', what: 'a crate with a table of 900 kB', metric: 'crate:tables', expected: /tables.*\+90\d kB/ },
    ...{
      base: TABLES,
      head: {
        'tables/src/lib.rs': `${NOISE}static TABLE: [u8; 900_000] = noise(7);\npub fn look(at: usize) -> u8 { TABLE[at % TABLE.len()] }\n`,
      },
    },
  },
  {
    ...{
      name: 'inlined',
      what: 'a table of 900 kB behind a function that is inlined',
      metric: 'crate:tables',
      expected: /tables.*\+90\d kB of crate:tables/,
    },
    ...{
      base: TABLES,
      head: {
        'tables/src/lib.rs': `${NOISE}static DATA: &[u8] = &noise::<900_000>(7);\npub fn look(at: usize) -> u8 { DATA[at % DATA.len()] }\n`,
      },
    },
  },
  {
    ...{
      name: 'included_in_code',
      what: '`include_bytes!` of 2 MB',
      metric: 'zip',
      expected: /^the function's own code and data: \+1\.\d+ MB of the package, most of it the file .*model\.txt of 2\.00 MB/,
    },
    ...{
      base: OWN,
      head: {
        'assets/model.txt': digits(2_000_000, 3),
        'src/main.rs': usedInMain(
          'look(read)',
          'static MODEL: &[u8] = include_bytes!("../assets/model.txt");\npub fn look(at: usize) -> u8 { MODEL[at % MODEL.len()] }\n',
        ),
      },
    },
  },
  {
    ...{ name: 'words', what: '`static T: [&str; 20000]`', metric: 'zip', expected: /tables.*\+\d+ kB/ },
    ...{
      base: TABLES,
      head: {
        'tables/src/lib.rs': `static T: [&str; 20000] = [${WORDS}];\npub fn look(at: usize) -> u8 { T[at % T.len()].as_bytes()[0] }\n`,
      },
    },
  },
  {
    ...{ name: 'static_mut', what: '400 kB of `static mut`', metric: 'zip', expected: /tables.*\+40\d kB/ },
    ...{
      base: TABLES,
      head: {
        'tables/src/lib.rs': `${NOISE}static mut POOL: [u8; 400_000] = noise(9);\npub fn look(at: usize) -> u8 { unsafe { let p = &raw mut POOL; (*p)[at % 400_000] = (*p)[(at * 7) % 400_000].wrapping_add(1); (*p)[(at * 3) % 400_000] } }\n`,
      },
    },
  },
  {
    ...{
      name: 'assets',
      what: 'two files beside the binary',
      metric: 'zip',
      expected: /assets\/(?:model|rules)\.bin.*assets\/(?:model|rules)\.bin/,
    },
    ...{
      base: project({}),
      head: {
        ...project({}, FAT_PROFILE, `\n[package.metadata.lambda.build]\n${asset}\n`),
        'assets/model.bin': digits(400_000, 5),
        'assets/rules.bin': digits(300_000, 6),
      },
    },
  },
  {
    ...{ name: 'symbols', what: '`strip = "none"`', metric: 'zip', expected: /strip|symbols/ },
    ...{ base: project({}), head: project({}, FAT_PROFILE.replace('strip = true', 'strip = "none"')) },
  },
  {
    ...{ name: 'c_table', what: 'a table in C', metric: 'zip', expected: /ctable.*\+\d+ kB/ },
    ...{
      base: inC('#include <stddef.h>\nunsigned char c_look(size_t at) { return (unsigned char)(at * 31); }\n'),
      head: {
        'ctable/table.c': `#include <stddef.h>\nstatic const unsigned table[] = {${numbers}};\nunsigned char c_look(size_t at) { return (unsigned char)table[at % 75000]; }\n`,
      },
    },
  },
  {
    ...{
      name: 'instances',
      what: 'a hundred generic instances',
      metric: 'text',
      expected: /100 more instances.*work|work.*100 more instances/,
    },
    ...{
      base: { ...project({}), 'src/main.rs': usedInMain('look(read)', GENERICS(3)) },
      head: { 'src/main.rs': usedInMain('look(read)', GENERICS(103)) },
    },
  },
  {
    ...{ name: 'derive', what: 'a new derive on forty types', metric: 'text', expected: /^(?:tiny|the function's own code)/ },
    ...{ base: derives('PartialEq', SUMS), head: derives('PartialEq, Clone', COPIES) },
  },
  {
    ...{ name: 'feature', what: 'a feature of a dependency', metric: 'zip', expected: /^regex.*(?:unicode|feature).*Cargo\.toml/ },
    ...{
      base: {
        ...project({ regex: '{ version = "=1.13.2", default-features = false, features = ["std"] }' }),
        'src/main.rs': usedInMain('look(read)', regexCode('(?-u)[a-z]+x')),
      },
      head: {
        ...project({
          regex:
            '{ version = "=1.13.2", default-features = false, features = ["std", "unicode-gencat", "unicode-script", "unicode-perl"] }',
        }),
        'src/main.rs': usedInMain('look(read)', regexCode('(?-u)[a-z]+x')),
      },
    },
  },
  {
    ...{ name: 'upgrade', what: 'an upgrade', metric: 'zip', expected: /^regex 1\.8\.4 → 1\.9\.6/ },
    ...{
      base: { ...project({ regex: '"=1.8.4"' }), 'src/main.rs': usedInMain('look(read)', regexCode('[a-z]+x')) },
      head: { ...project({ regex: '"=1.9.6"' }), 'src/main.rs': usedInMain('look(read)', regexCode('[a-z]+x')) },
    },
  },
  {
    ...{ name: 'own', what: 'code of one’s own', metric: 'text', expected: /^(?:tiny|the function's own code)/ },
    ...{ base: OWN, head: { 'src/main.rs': usedInMain('look(read)', ownCode()) } },
  },
];

function regexCode(pattern: string): string {
  return `pub fn look(at: usize) -> u8 { let text = "abx".repeat(at); u8::from(regex::Regex::new(&format!("${pattern}{{{at}}}")).is_ok_and(|found| found.is_match(&text))) }\n`;
}

/** Sixty functions that are not alike. */
function ownCode(): string {
  const one = (index: number): string =>
    `#[inline(never)] fn step_${index}(at: usize) -> u64 { let mut text = String::new(); for i in 0..at { text.push_str(&format!("{}-{i}", i * ${index + 3})); if text.len() % ${index + 5} == 1 { text = text.replace("${index}", "-${index + 1}"); } } text.bytes().map(u64::from).sum::<u64>() ^ ${index} }\n`;
  const steps = Array.from({ length: 60 }, (_, index) => index);
  return `${steps.map(one).join('')}pub fn look(at: usize) -> u8 { (${steps.map((index) => `step_${index}(at)`).join(' ^ ')}) as u8 }\n`;
}

/** Each by a check of its own, as a person would run it: the first sentence of *because*. */
export const SIZE_PLANTS: readonly Plant[] = GROWTHS.map(({ name, what, metric, expected, base, head }) => ({
  ...{ name, what, metric, expected },
  tell: (scratch) => becauseOf({ base, head, metric }, join(scratch, name)),
}));

const LIMITS: Readonly<Record<string, string>> = { zip: 'zip: +1%', text: 'text: +1%', 'crate:tables': 'crate:tables: 1 kB' };

async function becauseOf({ base, head, metric }: Pick<Growth, 'base' | 'head' | 'metric'>, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await using home = await Home.create();
  await using project = await Project.create(base, folder);
  const lock = (): Promise<unknown> => promisify(execFile)(CARGO, ['generate-lockfile'], { cwd: project.path });
  await lock();
  await project.commit({}, 'base');
  await project.write(head);
  await lock();
  await project.commit({}, 'planted');
  const ended = await home.run(project.path, ['check', '--base', 'HEAD~1', '--limit', LIMITS[metric] ?? '']);
  const because = /\nbecause\n((?: {2}.*\n)+)/.exec(ended.stdout)?.[1];
  if (ended.code !== 1 || because === undefined)
    throw new Error(`exit code ${ended.code}: ${ended.stdout.slice(0, 300)}${ended.stderr.slice(-600)}`);
  return because.replaceAll(/\s+/g, ' ').trim();
}

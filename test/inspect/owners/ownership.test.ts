import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkOf } from '../../../src/cargo/twin.ts';
import { packageTreeOf } from '../../../src/core/package-tree/package-tree.ts';
import { foldName } from '../../../src/core/rust-names.ts';
import { type OwnedParts, zipOf } from '../../../src/core/snapshot/owners.ts';
import { type FunctionMeasurement, parseSnapshot } from '../../../src/core/snapshot/snapshot.ts';
import { parseElf } from '../../../src/formats/elf/elf.ts';
import { openReader } from '../../../src/formats/elf/reader.ts';
import { unwindRecords, unwindRows } from '../../../src/formats/elf/unwinding.ts';
import { demangle } from '../../../src/formats/rust-symbol/demangle.ts';
import { type OwnedSubject, ownershipOf } from '../../../src/inspect/owners/ownership.ts';
import { zipShares } from '../../../src/inspect/owners/zip-shares.ts';
import { inspectPackage } from '../../../src/inspect/package.ts';
import { boxAt, mistakesIn } from '../../core/package-tree/sums.ts';
import { Home } from '../../e2e/coldgate.ts';
import { FAT_PROFILE, manifest, Project, TINY_MAIN } from '../../e2e/project.ts';
import { RUSTC } from '../../rust.ts';
import { bloatOf } from '../real-bloat.ts';
import { bytesOf, framesByReadelf, functionsByNm, sumsOf } from './real-owners.ts';

const TABLES = `#[allow(long_running_const_eval)]
const fn noise<const N: usize>(mut seed: u32) -> [u8; N] {
    let mut bytes = [0u8; N];
    let mut i = 0;
    while i < N { seed ^= seed << 13; seed ^= seed >> 17; seed ^= seed << 5; bytes[i] = seed as u8; i += 1; }
    bytes
}
pub static TABLE: [u8; 60_000] = noise(7);
pub static WORDS: [&str; 6] = ["one", "two", "three", "four", "five", "six"];
/// Its code becomes part of whoever calls it, its constant does not.
#[inline(always)]
pub fn inlined(at: usize) -> u8 { static DATA: &[u8; 20_000] = &noise(11); DATA[at % DATA.len()] }
/// Generic code is compiled where it is used, and keeps this crate's name.
#[inline(never)]
pub fn through<F: Fn(usize) -> u8>(read: F, at: usize) -> u8 { read(at) }
pub trait Look { fn kept(&self, at: usize) -> u8; }
impl Look for String { fn kept(&self, at: usize) -> u8 { static KEPT: [u8; 10_000] = noise(13); KEPT[(at + self.len()) % KEPT.len()] } }
pub fn look(at: usize) -> u8 { TABLE[at % TABLE.len()] ^ WORDS[at % WORDS.len()].as_bytes()[0] }
`;
/** Assembly as C's compilers write it, with nothing but what a Rust toolchain has. */
const NATIVE_BUILD = `use std::{env, fs, path::Path, process::Command};
fn main() {
    let out = env::var("OUT_DIR").unwrap();
    let source = Path::new(&out).join("native.rs");
    fs::write(&source, r#"#![no_std]
#![crate_type = "rlib"]
static NATIVE_TABLE: [u8; 30_000] = { let mut t = [0u8; 30_000]; let mut s = 9u32; let mut i = 0; while i < 30_000 { s ^= s << 13; s ^= s >> 17; s ^= s << 5; t[i] = s as u8; i += 1; } t };
#[no_mangle] pub extern "C" fn native_look(at: usize) -> u8 { NATIVE_TABLE[at % 30_000] }
"#).unwrap();
    let object = Path::new(&out).join("native.o");
    let made = Command::new(env::var("RUSTC").unwrap()).args(["--edition=2021", "-Copt-level=2", "-Cpanic=abort", "-Crelocation-model=pic", "-Along_running_const_eval", "--emit=obj", "-o"]).arg(&object).arg(&source).status().unwrap();
    assert!(made.success());
    println!("cargo:rustc-link-arg={}", object.display());
}
`;
const MAIN = TINY_MAIN.replace('fn main() {', 'extern "C" { fn native_look(at: usize) -> u8; }\nfn main() {').replace(
  '    let _ = stream.read(&mut answer);',
  '    let read = stream.read(&mut answer).unwrap_or(0);\n    if tables::through(|at| include_bytes!("model.txt")[at % 40_000], read) == 5 && tables::look(read) == 7 && tables::inlined(read) == 8 && tables::Look::kept(&api, read) == 3 && unsafe { native_look(read) } == 9 { println!("{}", tables::WORDS[read % 6]); }',
);

/** An included file. */
const MODEL = Array.from({ length: 40_000 }, (_, at) => String.fromCharCode(97 + (((at * at * 7_919 + at * 31) % 1_009) % 26))).join('');

let folder = '';
let home: Home;
let project: Project;
let fn: FunctionMeasurement;
let owned: OwnedParts;
let subject: OwnedSubject;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-owners-'));
  home = await Home.create();
  project = await Project.create({
    'Cargo.toml': `${manifest('app', 'build = "build.rs"\n\n[dependencies]\ntables = { path = "tables" }\n')}${FAT_PROFILE}`,
    'Cargo.lock':
      'version = 4\n\n[[package]]\nname = "app"\nversion = "0.1.0"\ndependencies = [\n "tables",\n]\n\n[[package]]\nname = "tables"\nversion = "0.1.0"\n',
    'build.rs': NATIVE_BUILD,
    'src/main.rs': MAIN,
    'src/model.txt': MODEL,
    'tables/Cargo.toml': manifest('tables'),
    'tables/src/lib.rs': TABLES,
    '.gitignore': 'target/\n',
  });
  const output = join(folder, 'out');
  const ended = await home.run(project.path, ['measure', '-o', output]);
  if (ended.code !== 0) throw new Error(ended.stderr);
  const [measured] = parseSnapshot(await readFile(join(output, 'snapshot.json'), 'utf8'), output).functions;
  if (measured === undefined || measured.owners.kind === 'none') throw new Error(JSON.stringify(measured?.owners));
  fn = measured;
  owned = measured.owners;
  const deps = join(await home.repository(), 'target/x86_64-unknown-linux-gnu/release/deps');
  const twin = (await readdir(deps)).find((name) => name.endsWith('.unstripped'));
  if (twin === undefined) throw new Error('no twin');
  const zip = join(output, fn.package.file);
  const packed = await (await inspectPackage(zip, zip)).readBinary('bootstrap', join(folder, 'bootstrap'));
  using reader = openReader(packed.file);
  const elf = parseElf(reader, 'bootstrap');
  const { rows } = await bloatOf(join(folder, 'bloat'), 'app', join(deps, twin));
  await cp(linkOf(join(deps, twin)), join(folder, 'link'), { recursive: true });
  subject = {
    binary: 'app',
    file: packed.file,
    elf,
    entry: packed.packed,
    twin: join(deps, twin),
    link: join(folder, 'link'),
    rows,
    included: [{ path: join(project.path, 'src/model.txt'), size: MODEL.length, crates: ['app'] }],
  };
});

afterAll(async () => {
  await project?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const crateOf = (name: string): number => {
  const row = owned.crates.find((one) => one.name === name);
  return row === undefined ? -1 : bytesOf(row);
};

describe(`the owners of a binary that ${RUSTC} made`, () => {
  it('add up to the binary, its code and its share of the package, to the byte', () => {
    for (const [sum, figure] of Object.values(sumsOf(fn))) expect(sum).toBe(figure);
  });

  it('are crates for nearly all of it', () => {
    const whole = Number(fn.binary.size);
    expect(owned.crates.reduce((sum, row) => sum + bytesOf(row), 0) / whole).toBeGreaterThan(0.9);
    const unknown = owned.parts.filter(({ name }) => /^\[(?:unnamed|unknown)/.test(name)).reduce((sum, row) => sum + bytesOf(row), 0);
    expect(unknown / whole).toBeLessThan(0.01);
  });

  it('have tables, their words and their relocations, and what a build script made', () => {
    const tables = owned.crates.find(({ name }) => name === 'tables');
    // Twelve words of 16 and 24 bytes beside the 60,000.
    expect(tables).toMatchObject({ code: expect.any(Number), data: expect.any(Number) });
    expect(crateOf('tables')).toBeGreaterThan(90_000);
    expect(crateOf('tables')).toBeLessThan(92_000);
    expect(tables === undefined ? 0 : zipOf(tables)).toBeGreaterThan(89_000);
    expect(owned.constants.find(({ name }) => name === '[constant of 20000 B]')).toMatchObject({ crates: ['tables'] });
    expect(owned.constants.find(({ name }) => name.endsWith('KEPT'))).toMatchObject({ crates: ['tables'], size: 10_000 });
    expect(owned.constants.find(({ name }) => name === 'tables::TABLE')).toMatchObject({ crates: ['tables'], size: 60_000, count: 1 });
    expect(tables?.relocations).toBe(6 * 24);
    // The build script's object is app's own: 30,000 of its bytes.
    expect(crateOf('app')).toBeGreaterThan(70_000);
    expect(crateOf('app')).toBeLessThan(74_000);
  });

  it('have an included file, also where generic code of another crate reads it', async () => {
    const ofModel = (constants: OwnedParts['constants']): unknown => constants.find(({ name }) => name === '[constant of 40000 B]');
    expect(ofModel(owned.constants)).toMatchObject({ crates: ['app'] });
    const { owners: unread } = await ownershipOf({ ...subject, included: [] });
    expect(unread.kind === 'owned' && ofModel(unread.constants)).toMatchObject({ crates: ['tables'] });
  });

  it('have as much code as cargo bloat and nm find', async () => {
    const functions = await functionsByNm(subject.twin ?? '');
    const byBloat = (subject.rows ?? []).reduce((sum, { size }) => sum + size, 0);
    const code = owned.crates.concat(owned.parts).reduce((sum, row) => sum + row.code, 0);
    const padding = owned.parts.find(({ name }) => name === '[padding]')?.code ?? 0;
    expect(functions.reduce((sum, { size }) => sum + size, 0)).toBe(byBloat);
    expect(Math.abs(code - padding - byBloat)).toBeLessThan(1_500);
  });

  it('have the frames that readelf finds', async () => {
    using reader = openReader(subject.file);
    const contents = (name: string): readonly [Buffer, number] => {
      const section = subject.elf.sections.find((one) => one.name === name);
      if (section === undefined) throw new Error(name);
      return [reader.read(section.offset, section.size), section.address];
    };
    const frames = await framesByReadelf(subject.file);
    const records = unwindRecords(...contents('.eh_frame')) ?? [];
    expect(records.filter(({ size }) => size > 4)).toEqual(frames);
    const rows = unwindRows(...contents('.eh_frame_hdr')) ?? [];
    const addresses = (list: readonly { readonly function: number | null }[]): readonly (number | null)[] =>
      list.map((one) => one.function).filter((start) => start !== null);
    expect(addresses(rows)).toEqual(addresses(frames).toSorted((a, b) => Number(a) - Number(b)));
    // Cut anywhere, records are none or whole.
    const [bytes, address] = contents('.eh_frame');
    for (let length = 0; length < 600; length += 1) {
      const cut = unwindRecords(bytes.subarray(0, length), address);
      expect(cut === null || cut.reduce((sum, { size }) => sum + size, 0) <= length).toBe(true);
    }
  });

  it('have the functions of their code, each once, with what it costs in the package', () => {
    const symbols = fn.attribution.kind === 'none' ? [] : fn.attribution.symbols;
    const told = symbols.flatMap(({ name, size, owned }) => (owned === null ? [] : [{ name, size, ...owned }]));
    for (const { name, code, zip } of [...owned.crates, ...owned.parts]) {
      const own = told.filter(({ by }) => by === name);
      expect(own.reduce((sum, one) => sum + one.code, 0)).toBeLessThanOrEqual(code);
      expect(own.reduce((sum, one) => sum + one.zip, 0)).toBeLessThanOrEqual(zip.code);
    }
    // Nothing overlaps here, and every function has its row.
    expect(told.length).toBe(symbols.length);
    expect(told.filter(({ code, size }) => code !== size)).toEqual([]);
    const tables = owned.crates.find(({ name }) => name === 'tables');
    expect(told.filter(({ by }) => by === 'tables').reduce((sum, one) => sum + one.code, 0)).toBe(tables?.code);
    expect(told.filter(({ by }) => by === 'tables').reduce((sum, one) => sum + one.zip, 0)).toBe(tables?.zip.code);
  });

  it('have for a function what its bytes at the place that nm tells cost in the compressed data', async () => {
    const text = subject.elf.sections.find(({ name }) => name === '.text');
    const shift = text === undefined ? Number.NaN : text.offset - text.address;
    const places = await functionsByNm(subject.twin ?? '');
    const ends = [
      ...new Set([...places.flatMap(({ address, size }) => [address, address + size].map((at) => at + shift)), fn.binary.size]),
    ];
    ends.sort((a, b) => a - b);
    const { pieces } = await zipShares(subject.entry, ends);
    const costs = new Map(ends.map((end, at) => [end, pieces[at] ?? 0]));
    const symbols = fn.attribution.kind === 'none' ? [] : fn.attribution.symbols;
    let compared = 0;
    for (const { name, count, owned } of symbols) {
      const [place, another] = places.filter((one) => foldName(demangle(one.name)?.path ?? one.name) === name);
      if (place === undefined || another !== undefined || count !== 1) continue;
      expect(Math.abs(Number(owned?.zip) - (costs.get(place.address + place.size + shift) ?? Number.NaN) / 8)).toBeLessThan(1.01);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('have their constants within what their data costs', () => {
    for (const { name, data, zip } of owned.crates) {
      const own = owned.constants.filter(({ crates }) => crates.length === 1 && crates[0] === name);
      expect(own.reduce((sum, one) => sum + one.size, 0)).toBeLessThanOrEqual(data);
      expect(own.reduce((sum, one) => sum + one.zip, 0)).toBeLessThanOrEqual(zip.data);
    }
    // Noise does not compress: what the table costs is its own size, and the codes for it.
    const table = owned.constants.find(({ name }) => name === 'tables::TABLE');
    expect(Number(table?.zip) / 60_000).toBeCloseTo(1, 1);
  });

  it('make boxes that add up, with the functions and constants in them', () => {
    const tree = packageTreeOf({ base: null, head: fn });
    if (tree.kind === 'none' || tree.untold !== null) throw new Error(JSON.stringify(tree));
    const { root } = tree;
    expect(mistakesIn(root)).toEqual([]);
    expect(root.head).toEqual({ zip: fn.package.size, binary: fn.binary.size, code: fn.binary.text });
    expect(boxAt(root, 'bootstrap', 'tables', 'data', 'tables::TABLE').head).toMatchObject({ binary: 60_000, code: 0 });
    expect(boxAt(root, 'bootstrap', 'app', 'native_look')).toMatchObject({ kind: 'symbol', base: null });
    expect(boxAt(root, 'bootstrap', 'std', 'core', 'fmt').kind).toBe('module');
  });

  it('are the same again', async () => {
    const again = await ownershipOf(subject);
    expect(again).toEqual({ owners: owned, symbols: fn.attribution.kind === 'none' ? null : fn.attribution.symbols });
  });
});

describe('a binary whose link is not what it was', () => {
  const reasonOf = async (change: Partial<OwnedSubject>): Promise<string> => {
    const { owners: found } = await ownershipOf({ ...subject, ...change });
    if (found.kind !== 'none') throw new Error('it has owners');
    return found.reason;
  };
  const linkWith = async (change: (link: string) => Promise<unknown>): Promise<string> => {
    const link = await mkdtemp(join(folder, 'changed-'));
    await cp(join(folder, 'link'), link, { recursive: true });
    await change(link);
    return reasonOf({ link });
  };
  const objectIn = async (link: string): Promise<string> => join(link, (await readdir(link)).find((name) => name.includes('app')) ?? '');

  it.each<readonly [string, RegExp, () => Promise<string>]>([
    ['no twin', /left no unstripped twin/, () => reasonOf({ twin: null })],
    ['no link', /prints no map/, () => reasonOf({ link: null })],
    ['no answer of cargo bloat', /cargo bloat/, () => reasonOf({ rows: null })],
    ['a link without a map', /prints no map/, () => linkWith((link) => rm(join(link, 'map')))],
    ['an empty map', /map is empty/, () => linkWith((link) => writeFile(join(link, 'map'), ''))],
    ["another linker's map", /not lld’s/, () => linkWith((link) => writeFile(join(link, 'map'), 'Memory Configuration\n\n'))],
    [
      'a map that was cut short',
      /cut short|none of lld's/,
      () =>
        linkWith(async (link) => {
          const map = await readFile(join(link, 'map'), 'latin1');
          await writeFile(join(link, 'map'), map.slice(0, map.length * 0.4), 'latin1');
        }),
    ],
    ['an object that is gone', /is not there any more/, () => linkWith(async (link) => rm(await objectIn(link)))],
    [
      'an object that was cut short',
      /cut short/,
      () =>
        linkWith(async (link) => {
          const object = await objectIn(link);
          await writeFile(object, (await readFile(object)).subarray(0, 20_000));
        }),
    ],
    [
      'another object',
      /is not the object that was linked/,
      () =>
        linkWith(async (link) => {
          const build = join(dirname(subject.twin ?? ''), '../build');
          const native = (await readdir(build, { recursive: true })).find((name) => name.endsWith('native.o')) ?? '';
          const [from, to] = [join(build, native), await objectIn(link)];
          await rm(to);
          await cp(from, to);
        }),
    ],
    ['the twin of another binary', /of the unstripped twin/, () => reasonOf({ twin: process.execPath })],
  ])('has no owners: %s', async (_, reason, measure) => {
    expect(await measure()).toMatch(reason);
  });
});

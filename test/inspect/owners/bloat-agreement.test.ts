import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openReader } from '../../../src/formats/elf/reader.ts';
import { readSymbols } from '../../../src/formats/elf/symbols.ts';
import { attributedOf } from '../../../src/inspect/bloat.ts';
import { joinCode } from '../../../src/inspect/owners/code-crates.ts';
import { RUSTC } from '../../rust.ts';
import { bloatOf } from '../real-bloat.ts';

/** Constants of all kinds as generic arguments, closures, trait objects, impls for types without a path: what v0 names are made of. */
const RUST = `use std::fmt::Debug;
#[inline(never)] fn sized<const N: usize>(seed: u8) -> [u8; N] { let mut all = [seed; N]; all[N - 1] = 7; all }
#[inline(never)] fn signed<const N: i32, const B: bool, const C: char>(n: i32) -> String { format!("{}{}{}", n + N, B, C) }
#[inline(never)] fn shown(items: &[Box<dyn Fn(usize) -> Option<Box<dyn Debug>> + Send>]) { for (i, f) in items.iter().enumerate() { println!("{:?}", f(i)); } }
trait Twice { fn twice(&self) -> String; }
impl<T: Debug, const N: usize> Twice for [T; N] { #[inline(never)] fn twice(&self) -> String { format!("{:?}{:?}", self, self) } }
impl<T: Debug> Twice for (T, &'static str) { #[inline(never)] fn twice(&self) -> String { format!("{:?}", self) } }
mod größe { #[inline(never)] pub fn straße(n: usize) -> usize { n.rotate_left(3) } }
fn main() {
    let n = std::env::args().count();
    println!("{:?} {:?}", sized::<3>(n as u8), sized::<300>(n as u8));
    println!("{} {}", signed::<-5, true, 'ü'>(n as i32), signed::<6, false, '"'>(n as i32));
    println!("{} {} {}", [n; 3].twice(), ["a"; 2].twice(), (n, "b").twice());
    shown(&[Box::new(|i| Some(Box::new(i))), Box::new(move |i| Some(Box::new((i, n)) as Box<dyn Debug>))]);
    println!("{}", größe::straße(n));
}
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-agreement-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['as rustc mangles by itself', []],
  ['in v0', ['-C', 'symbol-mangling-version=v0']],
  ['in v0, with one symbol for equal functions', ['-C', 'symbol-mangling-version=v0', '-C', 'opt-level=z', '-C', 'codegen-units=1']],
])('gives every function the crate that cargo bloat gives it, to the byte (%s)', async (_, flags) => {
  const [source, binary] = [join(folder, 'app.rs'), join(folder, 'app')];
  await writeFile(source, RUST);
  await promisify(execFile)(RUSTC, ['--edition=2021', '-O', ...flags, '-o', binary, source]);
  const answer = await bloatOf(folder, 'app', binary);
  using reader = openReader(binary);
  const joined = joinCode(readSymbols(reader, binary), answer.rows);
  const nothing = { count: 0, bytes: 0 };
  expect(joined).toMatchObject({ bySize: nothing, undecided: nothing, unjoined: nothing, unused: nothing });
  expect(joined.byName).toEqual({ count: answer.rows.length, bytes: answer.rows.reduce((sum, { size }) => sum + size, 0) });
  expect(joined.byName.count).toBeGreaterThan(300);
  const sums = new Map<string, number>();
  for (const { crate, symbol } of joined.functions) sums.set(crate, (sums.get(crate) ?? 0) + symbol.size);
  expect(Object.fromEntries(sums)).toEqual(Object.fromEntries(attributedOf(answer).crates.map(({ name, size }) => [name, Number(size)])));
});

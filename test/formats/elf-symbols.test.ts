import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/failures.ts';
import { openReader } from '../../src/formats/elf/reader.ts';
import { readSymbols, type SymbolTable } from '../../src/formats/elf/symbols.ts';
import { demangle } from '../../src/formats/rust-symbol/demangle.ts';
import { RUSTC } from '../rust.ts';
import { bufferReader } from './buffer-reader.ts';

const C =
  'int shared = 7; static __thread int own = 1; static int twice(int n) { return n * 2 + own; } int main(int n) { return twice(n) + shared; }\n';
const RUST =
  'fn main() { std::thread::spawn(|| println!("{:?}", std::env::args().map(|a| a.len()).collect::<Vec<_>>())).join().unwrap(); }\n';

let dir = '';
const at = (name: string) => join(dir, name);
const run = (command: string, ...args: readonly string[]) =>
  execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 2 ** 26 });

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'coldgate-symbols-'));
  writeFileSync(at('a.c'), C);
  writeFileSync(at('a.rs'), RUST);
  run('cc', '-O0', at('a.c'), '-o', at('c'));
  run('cc', '-O0', '-s', at('a.c'), '-o', at('stripped'));
  run(RUSTC, '-O', at('a.rs'), '-o', at('rust'));
  run(RUSTC, '-O', '-C', 'symbol-mangling-version=v0', at('a.rs'), '-o', at('v0'));
}, 120_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function read(name: string): SymbolTable {
  using reader = openReader(at(name));
  return readSymbols(reader, name);
}

const TYPES: Readonly<Record<string, string>> = {
  ...{ NOTYPE: 'other', OBJECT: 'object', FUNC: 'function', SECTION: 'section', FILE: 'file', TLS: 'thread-local' },
  IFUNC: 'indirect function',
};

/** `    12: 0000000000001129    24 FUNC    LOCAL  DEFAULT   14 twice` of `readelf -sW`, from `.symtab` alone. */
function listed(name: string): readonly unknown[] {
  const table = run('readelf', '-sW', at(name)).split("Symbol table '.symtab'")[1] ?? '';
  return [...table.matchAll(/^\s*\d+: ([0-9a-f]+)\s+(\d+|0x[0-9a-f]+) (\S+)\s+(\S+)\s+\S+\s+(\S+)(?: (\S*))?.*$/gm)].map(
    ([, address = '', size = '', type = '', binding = '', section = '', shown = '']) => ({
      // readelf shows a section's symbol by the section's name.
      name: type === 'SECTION' ? '' : shown,
      address: Number.parseInt(address, 16),
      size: Number(size),
      type: TYPES[type],
      local: binding === 'LOCAL',
      section: /^\d+$/.test(section) ? Number(section) : null,
    }),
  );
}

describe('readSymbols', () => {
  it.each(['c', 'rust', 'v0'])('reads what readelf reads of %s', (name) => {
    const { symbols } = read(name);
    expect(symbols.length).toBeGreaterThan(20);
    expect(symbols).toEqual(listed(name));
  });

  it('finds the section that a symbol is in, and none in a stripped file', () => {
    const { sections, symbols } = read('c');
    const sectionOf = (name: string) => sections[symbols.find((one) => one.name === name)?.section ?? -1]?.name;
    expect(['main', 'twice', 'shared', 'own'].map(sectionOf)).toEqual(['.text', '.text', '.data', '.tdata']);
    expect(read('stripped')).toMatchObject({ symbols: [], sections: { length: expect.any(Number) } });
  });

  it.each(['rust', 'v0'])('has names that read as c++filt reads them, but for hashes (%s)', (name) => {
    const mangled = [...new Set(read(name).symbols.map((symbol) => symbol.name))].filter((one) => /^_R|^_ZN.*17h[0-9a-f]{16}E/.test(one));
    expect(mangled.length).toBeGreaterThan(200);
    const theirs = execFileSync('c++filt', ['-s', 'rust'], { input: mangled.join('\n'), encoding: 'utf8' })
      .trim()
      .split('\n');
    // binutils shows neither hashes nor disambiguators, nor the types of constants, and treats suffixes in its own ways.
    const bare = (text: string) =>
      text
        .replace(/::h[0-9a-f]{16}(?=$|\.)/, '')
        .replace(/\[[0-9a-f]+\]/g, '')
        .replace(/\b(\d+)(?:: )?(?:usize|u8|u16|u32|u64)\b/g, '$1');
    const differing = mangled.flatMap((symbol, index) => {
      const ours = demangle(symbol);
      const their = theirs[index] ?? '';
      return symbol.includes('.') || their === symbol || (ours !== null && bare(ours.path) === bare(their))
        ? []
        : [[symbol, ours?.path, their]];
    });
    expect(differing).toEqual([]);
  });

  it('reads or refuses a file with any bytes changed, and says where', () => {
    const whole = readFileSync(at('c'));
    const places = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(places, fc.boolean(), (changes, inTable) => {
        const changed = Buffer.from(whole);
        const headers = changed.readUInt32LE(40);
        for (const [place, value] of changes)
          changed[inTable ? headers + (place % (changed.length - headers)) : place % changed.length] = value;
        try {
          expect(readSymbols(bufferReader(changed), 'changed').symbols.length).toBeLessThanOrEqual(changed.length / 24);
        } catch (error) {
          if (!(error instanceof ToolError)) throw error;
          expect(error.message).toMatch(/^changed: /);
        }
      }),
      { numRuns: 1_000, seed: 14 },
    );
  });

  it('refuses names that together are longer than their table', () => {
    const symbols = 100;
    const strings = Buffer.from(`\0${'x'.repeat(500)}\0`);
    const [header, table, headers] = [Buffer.alloc(64), Buffer.alloc(24 * symbols), Buffer.alloc(64 * 3)];
    header.write('\x7fELF\x02\x01', 'latin1');
    header.writeUInt32LE(64 + table.length + strings.length, 40);
    header.writeUInt16LE(64, 58);
    header.writeUInt16LE(3, 60);
    for (let index = 0; index < symbols; index += 1) table.writeUInt32LE(1, index * 24);
    for (const [at, type, offset, size, link] of [
      [64, 2, 64, table.length, 2],
      [128, 3, 64 + table.length, strings.length, 0],
    ] as const) {
      headers.writeUInt32LE(type, at + 4);
      headers.writeUInt32LE(offset, at + 24);
      headers.writeUInt32LE(size, at + 32);
      headers.writeUInt32LE(link, at + 40);
    }
    const file = bufferReader(Buffer.concat([header, table, strings, headers]));
    expect(() => readSymbols(file, 'crafted')).toThrow(
      'crafted: a damaged ELF file: the names of its symbols are longer than twice the table that holds them',
    );
  });
});

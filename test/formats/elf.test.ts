import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/failures.ts';
import { compareVersions } from '../../src/core/versions.ts';
import { type Elf, parseElf, parseImports, sectionBytes } from '../../src/formats/elf/elf.ts';
import { openReader } from '../../src/formats/elf/reader.ts';
import { RUSTC } from '../rust.ts';
import { bufferReader } from './buffer-reader.ts';

const ARM64 = join(import.meta.dirname, '../fixtures/inspect/arm64.elf');
const C =
  '#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>\nint zeros[999];\nint main(int n, char **a) { printf("%f %d\\n", pow(n, atof(a[0])), zeros[n]); return 0; }\n';
const RUST = 'fn main() { std::thread::spawn(|| println!("{:?}", std::env::args().collect::<Vec<_>>())).join().unwrap(); }\n';

let dir = '';
const at = (name: string) => join(dir, name);
const run = (command: string, ...args: readonly string[]) =>
  execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'coldgate-elf-'));
  writeFileSync(at('a.c'), C);
  writeFileSync(at('a.rs'), RUST);
  writeFileSync(at('lib.c'), 'int answer(void) { return 42; }\n');
  run('cc', '-g', '-O1', at('a.c'), '-o', at('debug'), '-lm');
  run('cc', '-O1', at('a.c'), '-o', at('symtab'), '-lm');
  run('cc', '-O1', '-s', at('a.c'), '-o', at('stripped'), '-lm');
  run('cc', '-O1', '-s', '-no-pie', '-static', at('a.c'), '-o', at('static'), '-lm');
  run('cc', '-O1', '-s', '-static-pie', at('a.c'), '-o', at('static-pie'), '-lm');
  run('cc', '-O1', '-s', '-shared', '-fPIC', '-nostdlib', at('lib.c'), '-o', at('lib.so'));
  run('cc', '-c', at('lib.c'), '-o', at('lib.o'));
  run(RUSTC, '-O', '-C', 'debuginfo=1', at('a.rs'), '-o', at('rust-debug'));
  run(RUSTC, '-O', '-C', 'strip=symbols', at('a.rs'), '-o', at('rust'));
  copyFileSync(ARM64, at('arm64'));
}, 120_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const BUILT = ['debug', 'symtab', 'stripped', 'static', 'static-pie', 'lib.so', 'lib.o', 'rust-debug', 'rust', 'arm64'];

function parsed(name: string): Elf {
  using reader = openReader(at(name));
  return parseElf(reader, name);
}

interface Listed {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

/** `[ 1] .interp PROGBITS 0000000000000318 000318 00001c 00 …` of `readelf -SW`. */
function readelfSections(name: string): readonly Listed[] {
  return [...run('readelf', '-SW', at(name)).matchAll(/^\s*\[\s*\d+\] (\S+)\s+(\S+)\s+[0-9a-f]{16} [0-9a-f]+ ([0-9a-f]+)/gm)].map(
    ([, section = '', type = '', size = '']) => ({ name: section, type, size: Number.parseInt(size, 16) }),
  );
}

/** The highest version of those that `readelf -V` does not flag as weak. */
function readelfGlibc(name: string): string | null {
  const versions = [...run('readelf', '-VW', at(name)).matchAll(/Name: GLIBC_([\d.]+)\s+Flags: (?!WEAK)/g)].map(
    ([, version = '']) => version,
  );
  return versions.sort(compareVersions).at(-1) ?? null;
}

/** `pow@GLIBC_2.29 (3)` of the dynamic symbols, where version 3 is of that library. */
function readelfImports(name: string, library: string): readonly string[] {
  const needs = /Version needs section[\s\S]*/.exec(run('readelf', '-VW', at(name)))?.[0] ?? '';
  const [, mine = ''] = needs.split(`File: ${library} `);
  const [own = ''] = mine.split('File: ');
  const versions = new Set([...own.matchAll(/Version: (\d+)/g)].map(([, version]) => version));
  return [...run('readelf', '-W', '--dyn-syms', at(name)).matchAll(/ UND (\S+)@\S+ \((\d+)\)/g)]
    .flatMap(([, symbol = '', version]) => (versions.has(version) ? [symbol] : []))
    .toSorted();
}

describe('parseElf agrees with readelf', () => {
  for (const name of BUILT) {
    it(name, () => {
      const elf = parsed(name);
      const listed = readelfSections(name);
      expect(listed.length).toBeGreaterThan(4);
      expect(elf.sections.map((section) => [section.name, section.size])).toEqual(
        listed.map((section) => [section.name, section.type === 'NOBITS' ? 0 : section.size]),
      );
      expect(elf.text).toBe(listed.find((section) => section.name === '.text')?.size);
      const needed = [...run('readelf', '-dW', at(name)).matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, library]) => library);
      expect(elf.needed).toEqual(needed);
      expect(elf.interpreter).toBe(/interpreter: (\S+)\]/.exec(run('readelf', '-lW', at(name)))?.[1] ?? null);
      expect(elf.glibc).toBe(readelfGlibc(name));
      for (const library of ['libc.so.6', 'libm.so.6', 'libgcc_s.so.1']) {
        using reader = openReader(at(name));
        expect(parseImports(reader, name, library).toSorted()).toEqual(readelfImports(name, library));
      }
      expect(elf.sections.reduce((sum, section) => sum + section.size, 0) + elf.headers).toBe(statSync(at(name)).size);
    });
  }
});

describe('parseElf', () => {
  it('tells machines and symbols apart', () => {
    const facts = BUILT.map((name) => {
      const { machine, symbols, needed } = parsed(name);
      return [name, machine, symbols, needed.length > 0];
    });
    expect(facts).toEqual([
      ['debug', 'x86_64', 'debug', true],
      ['symtab', 'x86_64', 'symtab', true],
      ['stripped', 'x86_64', 'none', true],
      ['static', 'x86_64', 'none', false],
      ['static-pie', 'x86_64', 'none', false],
      ['lib.so', 'x86_64', 'none', false],
      ['lib.o', 'x86_64', 'symtab', false],
      ['rust-debug', 'x86_64', 'debug', true],
      ['rust', 'x86_64', 'none', true],
      ['arm64', 'arm64', 'none', true],
    ]);
  });

  it('tells what is called of a library', () => {
    using reader = openReader(at('stripped'));
    expect(parseImports(reader, 'stripped', 'libm.so.6')).toEqual(['pow']);
    expect(parseImports(reader, 'stripped', 'libz.so.1')).toEqual([]);
  });

  it('reads what the arm64 fixture needs', () => {
    const elf = parsed('arm64');
    expect(elf).toMatchObject({ needed: ['libc.so.6'], glibc: '2.34', interpreter: '/lib/ld-linux-aarch64.so.1', strippable: 0 });
  });

  it('knows what strip takes off, to the alignment of a few sections', () => {
    for (const name of ['debug', 'symtab', 'rust-debug']) {
      run('strip', '-o', at('by-strip'), at(name));
      const saved = statSync(at(name)).size - statSync(at('by-strip')).size;
      expect(Math.abs(parsed(name).strippable - saved)).toBeLessThan(100);
    }
    expect(parsed('stripped').strippable).toBe(0);
  });

  it('finds the same .text in a binary and its stripped copy', () => {
    run('strip', '-o', at('twin'), at('rust-debug'));
    using binary = openReader(at('twin'));
    using twin = openReader(at('rust-debug'));
    const text = sectionBytes(binary, parseElf(binary, 'binary'), '.text');
    expect(text?.length).toBeGreaterThan(10_000);
    expect(text?.equals(sectionBytes(twin, parseElf(twin, 'twin'), '.text') ?? Buffer.alloc(0))).toBe(true);
    expect(sectionBytes(binary, parseElf(binary, 'binary'), '.nothing')).toBeNull();
  });

  it('does not count a glibc version that only weak symbols want', () => {
    const file = readFileSync(ARM64);
    const needs = parsed('arm64').sections.find((section) => section.name === '.gnu.version_r');
    const strongest = file.readUInt16LE((needs?.offset ?? 0) + 32 + 4);
    expect(strongest).toBe(0);
    file.writeUInt16LE(2, (needs?.offset ?? 0) + 32 + 4);
    expect(parseElf(bufferReader(file), 'weak').glibc).toBe('2.17');
  });

  it('names what is no 64-bit little-endian ELF file', () => {
    const elf = readFileSync(ARM64);
    const patched = (offset: number, value: number) =>
      Buffer.concat([elf.subarray(0, offset), Buffer.from([value]), elf.subarray(offset + 1)]);
    const cases: readonly (readonly [Buffer, string])[] = [
      [patched(4, 1), 'f: a 32-bit ELF file: Lambda'],
      [patched(5, 2), 'f: a big-endian ELF file: Lambda'],
      [patched(4, 9), 'f: an ELF file of class 9: Lambda'],
      [Buffer.from('#!/bin/sh\necho\n'), 'f: not an ELF file but a script ("#!/bin/sh")'],
      [Buffer.from('MZ\x90\0\x03'), 'f: not an ELF file but a Windows program'],
      [Buffer.alloc(0), 'f: not an ELF file but empty'],
      [Buffer.from('hello'), 'f: not an ELF file but something that begins with 68656c6c'],
    ];
    for (const [file, message] of cases) expect(() => parseElf(bufferReader(file), 'f')).toThrow(message);
    expect(parseElf(bufferReader(patched(18, 243)), 'f').machine).toBe('unknown (243)');
  });

  it('says where a file was cut', () => {
    const file = readFileSync(ARM64);
    expect(() => parseElf(bufferReader(file.subarray(0, file.length - 1)), 'f')).toThrow(
      /^f: not a whole ELF file: section headers at byte \d+ lie behind the end \(3303 bytes\): is the file cut short\?$/,
    );
  });

  it('reads more sections than the ELF header can count', () => {
    // 70,000 sections are refused as such, not as a wrong count.
    const file = Buffer.alloc(128);
    readFileSync(ARM64).copy(file, 0, 0, 64);
    file.writeBigUInt64LE(64n, 40);
    file.writeUInt16LE(0, 60);
    file.writeUInt32LE(70_000, 64 + 32);
    expect(() => parseElf(bufferReader(file), 'f')).toThrow('it has 70000 sections, more than 10000');
  });
});

/** Parsed, or refused with a ToolError that names the file: nothing else, and quickly. */
function survives(file: Buffer): void {
  try {
    const elf = parseElf(bufferReader(file), 'f');
    expect(elf.sections.reduce((sum, section) => sum + section.size, 0) + elf.headers).toBe(file.length);
    sectionBytes(bufferReader(file), elf, '.text');
    parseImports(bufferReader(file), 'f', 'libm.so.6');
  } catch (error) {
    if (!(error instanceof ToolError) || !error.message.startsWith('f: ')) throw error;
  }
}

describe('a damaged ELF file is parsed or refused', () => {
  it('cut at every length', () => {
    for (const name of ['stripped', 'arm64', 'lib.so']) {
      const file = readFileSync(at(name));
      for (let length = 0; length < file.length; length += 1) {
        expect(() => parseElf(bufferReader(file.subarray(0, length)), 'f')).toThrow(ToolError);
      }
    }
  }, 60_000);

  it('cut anywhere, where it is large', () => {
    const file = readFileSync(at('rust-debug'));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: file.length - 1 }), (length) => survives(file.subarray(0, length))),
      { numRuns: 500 },
    );
  });

  it('with any bytes changed', () => {
    for (const name of ['stripped', 'arm64', 'symtab']) {
      const original = readFileSync(at(name));
      const tables = original.length - 64 * 32;
      const change = fc.record({
        // Half of the changes meet the header or the section table.
        offset: fc.oneof(
          fc.integer({ min: 0, max: original.length - 1 }),
          fc.integer({ min: 0, max: 700 }),
          fc.integer({ min: tables, max: original.length - 1 }),
        ),
        value: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0xff), fc.integer({ min: 0, max: 255 })),
      });
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
          const file = Buffer.from(original);
          for (const { offset, value } of changes) file[offset] = value;
          survives(file);
        }),
        { numRuns: 1_500 },
      );
    }
  }, 60_000);

  it('of random bytes behind a good beginning', () => {
    const start = readFileSync(ARM64).subarray(0, 20);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 4_096 }), (tail) => survives(Buffer.concat([start, tail]))));
  });
});

describe('openReader', () => {
  it('names a file that is not there', () => {
    expect(() => openReader(at('nothing'))).toThrow(ToolError);
    expect(() => openReader(at('nothing'))).toThrow(/nothing: cannot be read \(ENOENT/);
  });

  it('names a file that shrinks while it is read', () => {
    writeFileSync(at('shrinking'), Buffer.alloc(100));
    using reader = openReader(at('shrinking'));
    writeFileSync(at('shrinking'), Buffer.alloc(10));
    expect(() => reader.read(0, 100)).toThrow(/ended at byte 10 while it was read/);
  });
});

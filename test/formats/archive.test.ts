import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/failures.ts';
import { readArchive, windowOf } from '../../src/formats/archive.ts';
import { openReader } from '../../src/formats/elf/reader.ts';
import { compileRust } from '../rust.ts';
import { bufferReader } from './buffer-reader.ts';

const header = (name: string, size: number): string =>
  `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'644'.padEnd(8)}${String(size).padEnd(10)}\`\n`;
const member = (name: string, contents: string): string =>
  `${header(name, contents.length)}${contents}${contents.length % 2 === 1 ? '\n' : ''}`;
const NAMES = 'a-very-long-name-of-an-object.o/\nanother.o/\n';
const GNU = `!<arch>\n${member('/', 'symbols!')}${member('//', NAMES)}${member('short.o/', 'abc')}${member('/0', 'one')}${member('/33', 'four')}`;

describe('an archive', () => {
  it("has members by GNU's and BSD's names", () => {
    const reader = bufferReader(Buffer.from(GNU));
    const found = readArchive(reader, 'a.rlib');
    expect(found.map(({ name, size }) => [name, size])).toEqual([
      ['short.o', 3],
      ['a-very-long-name-of-an-object.o', 3],
      ['another.o', 4],
    ]);
    expect(found.map((one) => windowOf(reader, one).read(0, one.size).toString())).toEqual(['abc', 'one', 'four']);
    const bsd = `!<arch>\n${member('#1/8', 'name.o\0\0body')}`;
    expect(readArchive(bufferReader(Buffer.from(bsd)), 'a.a')).toEqual([{ name: 'name.o', offset: 76, size: 4 }]);
  });

  it('says what is wrong with one that is cut short or damaged', () => {
    const whole = Buffer.from(GNU);
    expect(() => readArchive(bufferReader(Buffer.from('\x7fELF....')), 'x')).toThrow('x: not an archive');
    for (let length = 0; length < whole.length; length += 1) {
      const attempt = (): unknown => readArchive(bufferReader(whole.subarray(0, length)), 'a.rlib');
      try {
        attempt();
      } catch (error) {
        expect(error).toBeInstanceOf(ToolError);
      }
    }
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const damaged = Buffer.from(whole);
        damaged[at] = value;
        try {
          for (const { offset, size } of readArchive(bufferReader(damaged), 'a.rlib'))
            expect(offset + size).toBeLessThanOrEqual(damaged.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
        }
      }),
    );
  });

  it("reads rustc's", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coldgate-archive-'));
    try {
      await writeFile(join(folder, 'lib.rs'), '#![crate_type = "rlib"]\n#[inline(never)] pub fn f() -> u32 { 7 }\n');
      await compileRust(join(folder, 'lib.rs'), join(folder, 'liblib.rlib'));
      using reader = openReader(join(folder, 'liblib.rlib'));
      const names = readArchive(reader, 'liblib.rlib').map(({ name }) => name);
      expect(names).toContain('lib.rmeta');
      expect(names.some((name) => name.endsWith('.rcgu.o'))).toBe(true);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

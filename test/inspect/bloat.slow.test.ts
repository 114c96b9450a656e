import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openReader } from '../../src/formats/elf/reader.ts';
import { readSymbols } from '../../src/formats/elf/symbols.ts';
import { attributedOf } from '../../src/inspect/bloat.ts';
import { joinCode } from '../../src/inspect/owners/code-crates.ts';
import { bloatOf } from './real-bloat.ts';

const COUNT = 100_000;
/** As rustc's legacy mangling writes a path of four: `_ZN`, each segment behind its length, the hash. */
const TAIL = [600, 700, 600].map((length) => `${length}${'x'.repeat(length)}`).join('');
/** 100,000 functions of 16 bytes, which differ in the digits of the segment after their crate: the assembler makes their names of 2 kB. */
const ASSEMBLY = `.altmacro
.macro function number
.type _ZN4long8f\\number\\()${TAIL}17h0123456789abcdefE,@function
_ZN4long8f\\number\\()${TAIL}17h0123456789abcdefE:
.fill 16,1,0x90
.size _ZN4long8f\\number\\()${TAIL}17h0123456789abcdefE,16
.endm
.text
.set index,1000000
.rept ${COUNT}
function %index
.set index,index+1
.endr
.globl main
.type main,@function
main: ret
.size main,1
.section .note.GNU-stack,"",@progbits
`;

// cargo bloat answers with 200 MB in one line. Searched anew with each chunk, as it was, that takes a quarter of an hour.
it('attributes 100,000 symbols with names of 2 kB by the real cargo bloat, each by its own name, and joins each with its symbol', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-bloat-'));
  try {
    await writeFile(join(folder, 'long.s'), ASSEMBLY);
    const binary = join(folder, 'long');
    await promisify(execFile)('cc', ['-o', binary, join(folder, 'long.s')]);
    const answer = await bloatOf(folder, 'long', binary);
    const { symbols, text, unattributed, crates } = attributedOf(answer);
    const long = symbols.filter(({ size }) => size === 16);
    expect([long.length, new Set(long.map(({ name }) => name)).size]).toEqual([COUNT, COUNT]);
    expect(Math.max(...long.map(({ name }) => name.length))).toBe(1_000);
    expect(crates.reduce((sum, { size }) => sum + size, Number(unattributed))).toBe(text);
    using reader = openReader(binary);
    const { byName, unjoined, functions } = joinCode(readSymbols(reader, binary), answer.rows);
    expect([byName.count, unjoined.count]).toEqual([answer.rows.length, 0]);
    expect(functions.filter(({ crate }) => crate === 'long').length).toBe(COUNT);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

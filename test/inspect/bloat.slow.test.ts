import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Guard } from '../../src/exec/group.ts';
import type { Environment } from '../../src/exec/run.ts';
import { attribute } from '../../src/inspect/bloat.ts';
import { provideTools } from '../../src/tools/toolbox.ts';
import { unseen } from '../doubles/progress.ts';
import { manifest } from '../e2e/project.ts';
import { defaultHome } from '../rust.ts';

const COUNT = 100_000;
/** As rustc's legacy mangling writes a path of four: `_ZN`, each segment behind its length, the hash. */
const TAIL = [600, 700, 600].map((length) => `${length}${'x'.repeat(length)}`).join('');
/** 100,000 functions of 16 bytes, which differ in the 6 digits after their crate: the assembler makes their names of 2 kB. */
const ASSEMBLY = `.altmacro
.macro function number
.type _ZN4long7\\number\\()${TAIL}17h0123456789abcdefE,@function
_ZN4long7\\number\\()${TAIL}17h0123456789abcdefE:
.fill 16,1,0x90
.size _ZN4long7\\number\\()${TAIL}17h0123456789abcdefE,16
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

const guard: Guard = { signal: new AbortController().signal, adopt: async () => async () => undefined };

// cargo bloat answers with 200 MB in one line. Searched anew with each chunk, as it was, that takes a quarter of an hour.
it('attributes 100,000 symbols with names of 2 kB by the real cargo bloat, each by its own name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-bloat-'));
  try {
    const env: Environment = Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const tools = await provideTools({ home: defaultHome(), env, signal: guard.signal, progress: unseen() });
    await mkdir(join(folder, 'src'));
    await writeFile(join(folder, 'Cargo.toml'), manifest('long'));
    await writeFile(join(folder, 'src/main.rs'), 'fn main() {}\n');
    await writeFile(join(folder, 'long.s'), ASSEMBLY);
    const binary = join(folder, 'long');
    await promisify(execFile)('cc', ['-o', binary, join(folder, 'long.s')]);
    const line = JSON.stringify({
      reason: 'compiler-artifact',
      package_id: `path+file://${folder}#long@0.1.0`,
      manifest_path: join(folder, 'Cargo.toml'),
      target: { kind: ['bin'], crate_types: ['bin'], name: 'long', src_path: join(folder, 'src/main.rs'), edition: '2021' },
      profile: { opt_level: '3', debug_assertions: false, overflow_checks: false, test: false },
      features: [],
      filenames: [binary],
      executable: binary,
      fresh: false,
    });
    const bloat = {
      ...{ program: tools.cargoBloat.path, cargo: tools.cargo, folder, env, scratch: folder, guard },
      ...{
        profile: 'release',
        triple: 'x86_64-unknown-linux-gnu',
        messages: [{ line, executable: binary, crate: 'long', package: 'long' }],
      },
    };
    const { symbols, text, unattributed, crates } = await attribute(bloat, { binary: 'long', crate: 'long' }, binary);
    const long = symbols.filter(({ size }) => size === 16);
    expect([long.length, new Set(long.map(({ name }) => name)).size]).toEqual([COUNT, COUNT]);
    expect(Math.max(...long.map(({ name }) => name.length))).toBe(1_000);
    expect(crates.reduce((sum, { size }) => sum + size, Number(unattributed))).toBe(text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

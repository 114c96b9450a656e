import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { median, ROOT, table, temporaryHome, timed } from './run.mjs';

const MB = 1_000_000;
const ROUNDS = 5;
const PIECES = 100_000;

const WAYS = {
  'its directory alone': '',
  'unpacked as a stream (zlib)': 'for await (const _ of entry.contents());',
  [`shared out among ${PIECES} pieces`]: `
    const ends = Float64Array.from({ length: ${PIECES} }, (_, at) => Math.floor((entry.uncompressed * (at + 1)) / ${PIECES}));
    const { pieces, tables } = await zipShares(entry, ends);
    if (pieces.reduce((sum, bits) => sum + bits, tables) !== entry.compressed * 8) throw new Error('not all bits');`,
};

/** What walking the binary of a large package takes beside unpacking it: 13 and 100 MB of this Node, which is machine code and tables. */
export async function benchZip() {
  const program = await readFile(process.execPath);
  const rows = [];
  for (const size of [13 * MB, 100 * MB]) {
    await using state = await temporaryHome();
    const zip = new AdmZip();
    const from = Math.max(0, Math.floor((program.length - size) / 2));
    zip.addFile('bootstrap', program.subarray(from, from + size));
    const file = join(state.home, 'package.zip');
    await writeFile(file, zip.toBuffer());
    for (const [what, code] of Object.entries(WAYS)) {
      const runs = [];
      for (let round = 0; round < ROUNDS; round += 1) runs.push(await runOf(file, code));
      const packed = `${(size / MB).toFixed(0)} MB, packed ${(runs[0].packed / MB).toFixed(1)} MB`;
      rows.push([
        packed,
        what,
        `${median(runs.map(({ ms }) => ms)).toFixed(0)} ms`,
        `${Math.max(...runs.map(({ peak }) => peak)).toFixed(0)} MB`,
      ]);
    }
    await rm(file);
  }
  console.log(`## The package, code by code (${ROUNDS} rounds, each a process of its own)\n`);
  table(['binary', 'what', 'median', 'peak resident memory'], rows);
}

async function runOf(file, code) {
  const script = `
    import { readFileSync } from 'node:fs';
    import { readZip } from '${ROOT}src/formats/zip.ts';
    import { zipShares } from '${ROOT}src/inspect/owners/zip-shares.ts';
    const start = performance.now();
    const [entry] = (await readZip(${JSON.stringify(file)}, 'package')).entries;
    ${code}
    const ms = performance.now() - start;
    const peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1000;
    console.log(JSON.stringify({ ms, peak, packed: entry.compressed }));`;
  return JSON.parse((await timed(process.execPath, ['--input-type=module', '-e', script], {})).output);
}

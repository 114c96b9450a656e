import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { median, ROOT, table, timed } from './run.mjs';

const ROUNDS = 5;
const STEPS = ['map', 'objects', 'symbols', 'names', 'modules', 'owners', 'ZIP, bit by bit', 'whole process'];

/**
 * What knowing the owner of every byte takes beside the build: DEPS is `…/release/deps` of a target folder that coldgate built in, ZIP the function's
 * package, for each function. cargo bloat, which runs anyway, is not in it.
 */
export async function benchOwners(args) {
  const rows = [];
  for (let at = 0; at + 1 < args.length; at += 2) {
    const [deps, zip] = [args[at], args[at + 1]];
    const twin = (await readdir(deps)).find((name) => name.endsWith('.unstripped'));
    const runs = [];
    for (let round = 0; round < ROUNDS; round += 1) runs.push(await runOf(join(deps, twin), zip));
    const { size, pieces } = runs[0];
    const steps = STEPS.map((step) => `${median(runs.map(({ ms }) => ms[step])).toFixed(0)} ms`);
    rows.push([
      `${(size / 1e6).toFixed(2)} MB, ${pieces.toLocaleString('en')} pieces`,
      ...steps,
      `${Math.max(...runs.map(({ peak }) => peak)).toFixed(0)} MB`,
    ]);
  }
  console.log(`## Whose each byte is (${ROUNDS} rounds, each a process of its own)\n`);
  table(['binary', ...STEPS, 'peak resident memory'], rows);
}

async function runOf(twin, zip) {
  const script = `
    import { createReadStream, readFileSync } from 'node:fs';
    import { createInterface } from 'node:readline';
    import { rm } from 'node:fs/promises';
    import { demangle } from '${ROOT}src/formats/rust-symbol/demangle.ts';
    import { parseElf } from '${ROOT}src/formats/elf/elf.ts';
    import { openReader } from '${ROOT}src/formats/elf/reader.ts';
    import { readSymbols } from '${ROOT}src/formats/elf/symbols.ts';
    import { inspectPackage } from '${ROOT}src/inspect/package.ts';
    import { parseLinkMap } from '${ROOT}src/inspect/owners/link-map.ts';
    import { openObjects } from '${ROOT}src/inspect/owners/linked-objects.ts';
    import { ownersOf } from '${ROOT}src/inspect/owners/owners.ts';
    import { dirname } from 'node:path';
    import { dataCrate } from '${ROOT}src/inspect/owners/data-crate.ts';
    import { readModules } from '${ROOT}src/inspect/owners/modules.ts';
    import { zipShares } from '${ROOT}src/inspect/owners/zip-shares.ts';
    const twin = ${JSON.stringify(twin)};
    const link = twin.replace(/unstripped$/, 'link');
    const unpacked = twin + '.bench';
    await rm(unpacked, { force: true });
    const ms = {};
    const begun = performance.now();
    let since = begun;
    const lap = (step) => { const now = performance.now(); ms[step] = now - since; since = now; };
    const map = await parseLinkMap(createInterface({ input: createReadStream(link + '/map', { encoding: 'latin1', highWaterMark: 1 << 20 }) }));
    lap('map');
    using opened = await openObjects(map, link);
    lap('objects');
    using unstripped = openReader(twin);
    const { symbols } = readSymbols(unstripped, 'twin');
    lap('symbols');
    const functions = symbols.filter(({ type, size }) => type === 'function' && size > 0).map((one) => ({ ...one, crate: demangle(one.name)?.crate ?? null }));
    const crates = new Map(functions.map(({ name, crate }) => [name, crate]));
    lap('names');
    const modules = await readModules(dirname(twin), readFileSync(link + '/std', 'utf8').trim());
    lap('modules');
    const { packed } = await (await inspectPackage(${JSON.stringify(zip)}, 'package')).readBinary('bootstrap', unpacked);
    using reader = openReader(unpacked);
    const elf = parseElf(reader, 'bootstrap');
    since = performance.now();
    const pieces = ownersOf({ reader, elf, map, opened, functions, crateOf: (symbol) => crates.get(symbol) ?? dataCrate(symbol, modules.built), moduleOf: (name) => modules.crates.get(name) ?? null, ownCrate: 'bench' });
    lap('owners');
    await zipShares(packed, pieces.map(({ end }) => end));
    lap('ZIP, bit by bit');
    ms['whole process'] = performance.now() - begun;
    await rm(unpacked);
    const peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1000;
    console.log(JSON.stringify({ ms, peak, size: reader.size, pieces: pieces.length }));`;
  return JSON.parse((await timed(process.execPath, ['--input-type=module', '-e', script], {})).output);
}

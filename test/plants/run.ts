// `npm run plants`: builds every plant, or those that are named, without and with what is planted, shows what is named first, and writes their rows of docs/plants.md.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BACKGROUND_PLANTS } from './background.ts';
import { renderDocument } from './document.ts';
import { HIDDEN_PLANTS } from './hidden.ts';
import { INIT_PLANTS } from './init.ts';
import { type Plant, type Told, tellOf } from './plant.ts';
import { RESPONSE_PLANTS } from './response.ts';
import { HEADER, renderRow, renderSum } from './row.ts';
import { SIZE_PLANTS } from './size.ts';

const PLANTS: readonly Plant[] = [...INIT_PLANTS, ...HIDDEN_PLANTS, ...BACKGROUND_PLANTS, ...RESPONSE_PLANTS, ...SIZE_PLANTS];
const DOCUMENT = new URL('../../docs/plants.md', import.meta.url);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((one) => PLANTS.every(({ name }) => name !== one));
if (unknown.length > 0) throw new Error(`no plant ${unknown.join(', ')}: ${PLANTS.map(({ name }) => name).join(', ')}`);
const scratch = await mkdtemp(join(tmpdir(), 'coldgate-plants-'));
const all: Told[] = [];
try {
  process.stdout.write(`${HEADER}\n`);
  for (const plant of wanted.length === 0 ? PLANTS : PLANTS.filter(({ name }) => wanted.includes(name))) {
    const told = await tellOf(plant, scratch);
    all.push(told);
    process.stdout.write(`${renderRow(told)}\n`);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.stdout.write(`\n${renderSum(all.map(renderRow))}\n`);
await writeFile(DOCUMENT, renderDocument(await readFile(DOCUMENT, 'utf8'), PLANTS, all));
process.exitCode = all.every(({ isRight }) => isRight) ? 0 : 1;

// `npm run corpus`: builds every shape, or those that are named, and holds each against a plain build; a folder is any repository's.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { messageOf } from '../../src/core/failures.ts';
import { Home } from '../e2e/coldgate.ts';
import { type Held, holdAgainstPlain } from './held.ts';
import { holdShape } from './packages.ts';
import { HEADER, renderFailed, renderRow } from './row.ts';
import { SHAPES } from './shapes.ts';

interface Task {
  readonly name: string;
  readonly hold: () => Promise<Held>;
}

const named = process.argv.slice(2);
const tasks = named.length === 0 ? SHAPES.map(taskOf) : named.map(asked);
process.stdout.write(`${HEADER}\n`);
let failed = false;
for (const { name, hold } of tasks) {
  try {
    const held = await hold();
    failed ||= held.different.length > 0;
    process.stdout.write(`${renderRow(name, held)}\n`);
  } catch (error) {
    failed = true;
    process.stderr.write(`${name}: ${messageOf(error)}\n`);
    process.stdout.write(`${renderFailed(name, error)}\n`);
  }
}
process.exitCode = failed ? 1 : 0;

function taskOf(shape: (typeof SHAPES)[number]): Task {
  return { name: shape.name, hold: () => holdShape(shape) };
}

function asked(word: string): Task {
  const shape = SHAPES.find(({ name }) => name === word);
  return shape === undefined ? { name: basename(resolve(word)), hold: () => holdFolder(resolve(word)) } : taskOf(shape);
}

async function holdFolder(folder: string): Promise<Held> {
  await using home = await Home.create();
  const output = await mkdtemp(join(tmpdir(), 'coldgate-corpus-'));
  try {
    return await holdAgainstPlain(home, folder, output);
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

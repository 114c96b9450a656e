import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CountedInstructions } from '../../src/core/snapshot/counted.ts';
import type { InitMeasurement } from '../../src/core/snapshot/init.ts';
import { extremesOf, looked } from '../../src/core/spread.ts';
import { renderInteger } from '../../src/core/units.ts';
import { measureInit } from '../../src/init/session.ts';
import { PLAIN } from '../../src/report/text/escape.ts';
import { threadLines } from '../../src/report/text/init-threads.ts';
import { anInit, aRowFunction } from '../report/builders.ts';
import { ofTree, type Sides, writtenOn } from './built.ts';
import { sessionIn } from './measured.ts';
import type { Plant } from './plant.ts';

const CHECKS = 10;

/** Work that outlives the first request, and what is said of it: a file of `init/` for each, or a binary of `init/tree`. */
const ON_STD: readonly (readonly [name: string, what: string, expected: RegExp])[] = [
  [
    'background_thread',
    'a thread of 800 M that nobody waits for',
    /^its instructions are without a thread under plant::warm_cache that goes on .*; \+1\d,\d{3} .*, 0 apart$/,
  ],
  [
    'background_chunks',
    'a thread that works every 5 ms',
    /^its instructions are without a thread under plant::refresh that goes on .*; \+1\d,\d{3} .*, 0 apart$/,
  ],
  [
    'background_after_joined',
    'a thread of 7 M that is joined, and one of 800 M after it',
    /^its instructions are without a thread under plant::warm_cache that goes on .*; \+7,0\d\d,\d{3} .*, \d{1,2} apart$/,
  ],
  [
    'background_finite',
    'a thread of 18 M that nobody waits for',
    /background work, .* a thread under plant::load_index \(18\.0 M\); \+18,0\d\d,\d{3} .*, \d{1,3} apart$/,
  ],
];
const OF_TREE: typeof ON_STD = [
  [
    'background_task',
    'a Tokio task of 12 M that nobody waits for',
    /background work, .* a thread under background_task::warm_up::\{\{closure\}\} \(12\.0 M\); \+1[12],\d{3},\d{3}/,
  ],
  [
    'background_blocking',
    '`spawn_blocking` of 24 M that nobody waits for',
    /background work, .* a thread under background_blocking::load_model \(24\.0 M\); \+2[34],\d{3},\d{3}/,
  ],
  [
    'restless_worker',
    'a Tokio task that never rests',
    /^not repeatable here: a worker thread that init uses too never rests after the request \(it is in restless_worker::poll_forever/,
  ],
];

export const BACKGROUND_PLANTS: readonly Plant[] = [
  ...ON_STD.map((row) => plantOf(row, writtenOn)),
  ...OF_TREE.map((row) => plantOf(row, ofTree)),
];

function plantOf([name, what, expected]: (typeof ON_STD)[number], build: (name: string, scratch: string) => Promise<Sides>): Plant {
  return { name, what, metric: 'init.instructions', expected, tell: async (scratch) => tenChecks(await build(name, scratch), scratch) };
}

/** What every check says of the threads, and by how much head's median lies above base's: the same ten times. */
async function tenChecks(sides: Sides, scratch: string): Promise<string> {
  const place = join(scratch, 'sessions');
  await mkdir(place, { recursive: true });
  const texts = new Set<string>();
  const changes: number[] = [];
  for (let check = 0; check < CHECKS; check += 1) {
    const { base, head } = await measureInit(sides, sessionIn(place, 1));
    if (head.kind !== 'measured') throw new Error(JSON.stringify(head));
    if (head.instructions.kind === 'none') {
      texts.add(head.instructions.reason);
      continue;
    }
    changes.push(medianOf(countedOf(head)) - medianOf(countedOf(base)));
    const fn = aRowFunction('plant', {}, { init: anInit(base, head, new Set()) });
    texts.add(
      threadLines(fn, PLAIN)
        .map((line) => line.replace(/^plant: /, ''))
        .join(' and ') || '(nothing)',
    );
  }
  const least = Math.min(...changes);
  const change =
    changes.length === 0
      ? []
      : [`+${renderInteger(least)} in ${changes.length} checks, ${renderInteger(Math.max(...changes) - least)} apart`];
  return [...texts, ...change].join('; ');
}

function countedOf(init: InitMeasurement | null): CountedInstructions {
  if (init?.kind !== 'measured' || init.instructions.kind !== 'counted') throw new Error(JSON.stringify(init));
  return init.instructions;
}

function medianOf({ runs }: CountedInstructions): number {
  return extremesOf(looked(runs))?.median ?? 0;
}

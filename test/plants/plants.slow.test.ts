import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKGROUND_PLANTS } from './background.ts';
import { HIDDEN_PLANTS } from './hidden.ts';
import { INIT_PLANTS } from './init.ts';
import { tellOf } from './plant.ts';
import { RESPONSE_PLANTS } from './response.ts';
import { SIZE_PLANTS } from './size.ts';

/** Of every kind one; `npm run plants` takes all. */
const FAST = new Set([
  'chain',
  'lazy_lock',
  'thread_inlined',
  'background_after_joined',
  'hidden_avx512',
  'response_moved',
  'mutual_recursion',
  'formatting',
  'moved',
  'relocations',
  'static_pages',
  'memory_freed',
  'table',
  'assets',
  'instances',
]);
const PLANTS = [...INIT_PLANTS, ...HIDDEN_PLANTS, ...BACKGROUND_PLANTS, ...RESPONSE_PLANTS, ...SIZE_PLANTS];

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'coldgate-plants-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('what is planted is named first', () => {
  it.each(PLANTS.filter(({ name }) => FAST.has(name)))('$name: $what', async (plant) => {
    expect((await tellOf(plant, scratch)).text).toMatch(plant.expected);
  });

  it('each plant has a name of its own', () => {
    const names = PLANTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect([...FAST].filter((name) => !names.includes(name))).toEqual([]);
  });
});

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareFirstResponses, NO_FIRST_RESPONSE } from '../../src/core/compare/first-response.ts';
import type { StartedMetric } from '../../src/core/metrics.ts';
import type { Row } from '../../src/core/rows.ts';
import { millis } from '../../src/core/units.ts';
import { parseElf } from '../../src/formats/elf/elf.ts';
import { openReader } from '../../src/formats/elf/reader.ts';
import { measureInit } from '../../src/init/session.ts';
import type { InitSide, SessionOptions } from '../../src/init/starter.ts';
import { PLAIN } from '../../src/report/text/escape.ts';
import { initReason } from '../../src/report/text/init-why.ts';
import { findClocks } from '../../src/tools/clocks.ts';
import { findTracers } from '../../src/tools/toolbox.ts';
import { guard } from '../init/functions.ts';
import { anInit, aRowFunction } from '../report/builders.ts';
import type { Sides } from './built.ts';

const PAIRS = 5;

/**
 * What a report says first of a breach of this metric, both sides being measured beside each other as a check does it; `options` are what it was
 * given.
 */
export async function firstReason(
  metric: StartedMetric,
  sides: Sides,
  scratch: string,
  own: readonly string[],
  options: Partial<SessionOptions> = {},
): Promise<string> {
  const place = join(scratch, 'sessions');
  await mkdir(place, { recursive: true });
  const { base, head } = await measureInit(sides, { ...sessionIn(place, PAIRS), ...options });
  if (head.kind !== 'measured') throw new Error(JSON.stringify(head));
  const init = anInit(base, head, new Set(own));
  const pair = { base: base === null ? null : { init: base }, head: { init: head }, own: new Set(own) };
  const [firstResponse = NO_FIRST_RESPONSE] = compareFirstResponses([pair], [init]);
  const fn = aRowFunction('plant', {}, { sections: sectionsOf(sides), init, firstResponse });
  return initReason(fn, PLAIN, new Set([metric]))[0] ?? '(nothing)';
}

/** A session as a check has it. */
export function sessionIn(scratch: string, pairs: number): SessionOptions {
  const env = { PATH: process.env.PATH ?? '' };
  return {
    tools: findTracers(env),
    clocks: findClocks(env),
    env: {},
    timeout: millis(10_000),
    pairs,
    scratch,
    guard: guard(),
    event: null,
    onStep: () => {},
  };
}

function sectionsOf({ base, head }: Sides): readonly Row[] {
  const [before, after] = [sizesOf(base), sizesOf(head)];
  return [...new Set([...before.keys(), ...after.keys()])].map((name) => ({
    name,
    base: before.get(name) ?? 0,
    head: after.get(name) ?? 0,
  }));
}

function sizesOf({ package: zip }: InitSide): ReadonlyMap<string, number> {
  const file = join(dirname(zip), 'bootstrap');
  using reader = openReader(file);
  return new Map(parseElf(reader, file).sections.map(({ name, size }) => [name, size]));
}

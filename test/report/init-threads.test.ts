import { describe, expect, it } from 'vitest';
import type { OutlivingThreads } from '../../src/core/model/init.ts';
import type { CountedInstructions } from '../../src/core/snapshot/counted.ts';
import type { FirstResponse } from '../../src/core/snapshot/first-response.ts';
import { renderJson } from '../../src/report/json/json.ts';
import { MARKDOWN, PLAIN } from '../../src/report/text/escape.ts';
import { threadLines } from '../../src/report/text/init-threads.ts';
import { noteLines } from '../../src/report/text/notes.ts';
import { aFirstResponse, aMeasuredInit } from '../core/builders.ts';
import { anInit, aRowFunction } from './builders.ts';
import { answering, startOf } from './first-response-outcomes.ts';

type Threads = Pick<CountedInstructions, 'leftOut' | 'background'>;

const RESTED: Threads = { leftOut: [], background: [] };
const WARMING: Threads['leftOut'] = [{ under: { crate: 'health', name: 'health::warm_cache' }, instructions: 30_798_751 }];
const FLUSHING: Threads['background'] = [{ under: { crate: 'health', name: 'health::flush' }, instructions: 8_000_012 }];

function withThreads(threads: Threads): FirstResponse {
  const response = aFirstResponse();
  if (response.instructions.kind !== 'counted') throw new Error('not counted');
  return { ...response, instructions: { ...response.instructions, ...threads } };
}

function startWith(ofInit: Threads, ofResponse: Threads) {
  const init = startOf(false, withThreads(ofResponse));
  if (init.instructions.kind !== 'counted') throw new Error('not counted');
  return { ...init, instructions: { ...init.instructions, ...ofInit } };
}

function outcome(ofInit: Threads, ofResponse: Threads) {
  return answering({ base: startWith(RESTED, RESTED), head: startWith(ofInit, ofResponse) });
}

describe('threads that outlive the first response', () => {
  it('are told, what goes on and what ends', () => {
    expect(noteLines(outcome(RESTED, { leftOut: WARMING, background: FLUSHING }), PLAIN)).toEqual([
      'health: the instructions of its first response are without a thread under health::warm_cache that goes on after the response',
      'health: the instructions of its first response are with background work, done after the response: a thread under health::flush (8.00 M)',
    ]);
  });

  it('are told once where they outlive the first request, too', () => {
    expect(noteLines(outcome({ ...RESTED, leftOut: WARMING }, { ...RESTED, leftOut: WARMING }), PLAIN)).toEqual([
      'health: its instructions are without a thread under health::warm_cache that goes on after the first request',
    ]);
  });

  it('stand in the JSON', () => {
    const { functions } = JSON.parse(renderJson(outcome(RESTED, { leftOut: WARMING, background: [] })));
    expect(functions[0].firstResponse.threads).toEqual({ base: RESTED, head: { leftOut: WARMING, background: [] } });
  });
});

type Thread = OutlivingThreads['leftOut'][number];

const NONE: OutlivingThreads = { leftOut: [], background: [] };

function under(name: string, instructions = 0): Thread {
  return { under: { crate: 'health', name }, instructions };
}

function lines(head: Partial<OutlivingThreads> | null, base: Partial<OutlivingThreads> | null = NONE, style = PLAIN): readonly string[] {
  const of = (threads: Partial<OutlivingThreads> | null): OutlivingThreads | null => (threads === null ? null : { ...NONE, ...threads });
  const init = anInit(aMeasuredInit(), aMeasuredInit());
  return threadLines(aRowFunction('health', {}, { init: { ...init, threads: { base: of(base), head: of(head) } } }), style);
}

const GOES_ON = 'health: its instructions are without';
const BACKGROUND = 'health: its instructions are with background work, done after the first request:';

describe('what outlives the first request', () => {
  it('is nothing, as a rule', () => {
    expect(lines({})).toEqual([]);
    expect(lines(null, null)).toEqual([]);
  });

  it('is named where it goes on, and where it ends with what it took', () => {
    expect(lines({ leftOut: [under('health::warm_cache')] })).toEqual([
      `${GOES_ON} a thread under health::warm_cache that goes on after the first request`,
    ]);
    expect(lines({ background: [under('health::load_index', 18_000_000)] })).toEqual([
      `${BACKGROUND} a thread under health::load_index (18.0 M)`,
    ]);
    expect(lines({ leftOut: [under('health::warm_cache')], background: [under('health::load_index', 18_000_000)] })).toHaveLength(2);
  });

  it('is told once where several threads do the same, with how many there are', () => {
    expect(lines({ leftOut: [under('health::refresh'), under('health::refresh')] })).toEqual([
      `${GOES_ON} 2 threads under health::refresh that go on after the first request`,
    ]);
    const [many] = lines({ leftOut: ['a', 'b', 'c', 'd', 'e'].map((name) => under(`health::${name}`)) });
    expect(many).toContain('5 threads under health::a');
    expect(many).not.toContain('health::e');
  });

  it('may have no name', () => {
    expect(lines({ leftOut: [{ under: null, instructions: 0 }] })).toEqual([
      `${GOES_ON} a thread without a name that goes on after the first request`,
    ]);
  });

  it("is head's, or base's where head has none", () => {
    const [was, is] = [under('health::before'), under('health::after')];
    expect(lines({ leftOut: [is] }, { leftOut: [was] })[0]).toContain('health::after');
    expect(lines({}, { leftOut: [was] })[0]).toContain('health::before');
    expect(lines({ leftOut: [is] }, null)[0]).toContain('health::after');
  });

  it('is a name of the code, whatever it is made of', () => {
    const [line] = lines({ leftOut: [under('health::<evil>`@someone`')] }, NONE, MARKDOWN);
    expect(line).toContain('under `` health::<evil>`@someone` `` that goes on');
    expect(line).toMatch(/^`health`: /);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepHistoryApart } from '../../src/action/history-apart.ts';
import { type Allowed, linesOfLeg, withoutStrangers } from '../../src/action/history-lines.ts';
import type { Leg } from '../../src/action/leg.ts';
import { monthsOf } from '../../src/core/history/months.ts';
import type { FunctionMeasurement, Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { parseInputs } from '../../src/options/inputs.ts';
import { aBaseSnapshot, aFunction, aPackage, aSnapshot, aUnit, BASE_SHA, HEAD_SHA } from '../core/builders.ts';
import { aLine } from '../core/history/lines.ts';
import { refusal } from '../refusal.ts';

const allowed: Allowed = {
  committed: { sha: HEAD_SHA, time: '2026-11-27T12:00:00Z', subject: 'of git', tags: ['v1'] },
  before: BASE_SHA,
  leg: 'orders',
  functions: null,
  written: '2026-11-27T12:10:00Z',
};

function aLeg(head: Snapshot, base: Snapshot = aBaseSnapshot()): Leg {
  const description = {
    ...{
      schema: 'coldgate/leg@2' as const,
      key: 'default',
      leg: 'orders',
      headSha: HEAD_SHA,
      pull: null,
      repeat: [],
      references: [],
      shard: null,
    },
    base: { kind: 'measured' as const, origin: 'built' as const },
  };
  return { description, base: { kind: 'measured', snapshot: base, origin: 'built' }, head };
}

const functions = (...names: readonly string[]): FunctionMeasurement[] => names.map((name) => aFunction({ name }));

describe('what a leg writes', () => {
  it('is of the run’s own commit, time, subject, tags and leg, whatever it says', () => {
    const head = aSnapshot({ commit: { sha: HEAD_SHA, source: 'commit', subject: 'of the leg' }, functions: functions('orders') });
    const { lines, warnings } = linesOfLeg(aLeg(head), allowed);
    expect(warnings).toEqual([]);
    expect(lines).toMatchObject([
      {
        commit: HEAD_SHA,
        time: allowed.committed.time,
        subject: 'of git',
        tags: ['v1'],
        leg: 'orders',
        function: 'orders',
        base: BASE_SHA,
      },
    ]);
  });

  it.each([
    ['another commit', { sha: 'd'.repeat(40), source: 'commit', subject: '' }, 'it measured ddddddd, and this run is of aaaaaaa'],
    ['changed files', { sha: HEAD_SHA, source: 'working-tree', subject: '' }, 'it measured aaaaaaa with changes'],
  ] as const)('is nothing of %s', (_, commit, reason) => {
    const { lines, warnings } = linesOfLeg(aLeg(aSnapshot({ commit })), allowed);
    expect(lines).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(reason)]);
  });

  it('is nothing of a function that input legs does not name for it', () => {
    const head = aSnapshot({ functions: functions('orders', 'health') });
    const { lines, warnings } = linesOfLeg(aLeg(head), { ...allowed, functions: ['orders'] });
    expect(lines.map((line) => line.function)).toEqual(['orders']);
    expect(warnings).toEqual(['leg orders: health is left out: input legs does not name it for this leg']);
  });

  it.each(['../../main', 'a b', 'x'.repeat(300), '::error::', 'a\u202eb', '"},{"'])('is nothing under the name %j', (name) => {
    const { lines, warnings } = linesOfLeg(aLeg(aSnapshot({ functions: functions('orders', name) })), allowed);
    expect(lines.map((line) => line.function)).toEqual(['orders']);
    expect(warnings).toHaveLength(1);
  });

  it('marks no bump where it compared with another commit than the run has before', () => {
    const of = (version: string) => ({
      lockfile: { packages: [aPackage('orders', '0.1.0', { source: null, dependencies: [1] }), aPackage('serde', version)] },
      units: [aUnit(0, { crate: 'orders', dependencies: [1] }), aUnit(1, { crate: 'serde' })],
    });
    const fn = (compressed: number) => aFunction({ name: 'orders', shipped: { kind: 'known', units: [0, 1] } }, { compressed });
    const head = aSnapshot({ ...of('1.1.0'), functions: [fn(2_000)] });
    const leg = aLeg(head, aBaseSnapshot({ ...of('1.0.0'), functions: [fn(1_000)] }));
    expect(linesOfLeg(leg, allowed).lines[0]?.bumps).toEqual([{ name: 'serde', from: '1.0.0', to: '1.1.0' }]);
    const { lines, warnings } = linesOfLeg(leg, { ...allowed, before: 'c'.repeat(40) });
    expect(lines).toMatchObject([{ base: null, bumps: [] }]);
    expect(warnings).toEqual(['leg orders: it compared with another commit than ccccccc: what was bumped is left out']);
  });
});

describe('beside what the history has', () => {
  const known = monthsOf([aLine({ leg: 'health', function: 'health' }), aLine({ leg: 'orders', function: 'orders', crate: 'orders' })]);
  const now = { commit: 'e'.repeat(40), time: '2026-11-28T00:00:00Z' };

  it('a leg that has measured others writes no line of what other legs measure', () => {
    const hostile = aLine({ ...now, leg: 'orders', function: 'health' });
    const { lines, warnings } = withoutStrangers(
      known,
      [hostile, aLine({ ...now, leg: 'orders', function: 'orders', crate: 'orders' })],
      new Set(),
    );
    expect(lines.map((line) => line.function)).toEqual(['orders']);
    expect(warnings).toEqual([expect.stringMatching(/^leg orders: health is left out: so far other legs measured it/)]);
    expect(withoutStrangers(known, [hostile], new Set(['orders'])).lines).toEqual([hostile]);
  });

  it('a new function, and a new leg, are welcome', () => {
    const fresh = [
      aLine({ ...now, leg: 'orders', function: 'returns', crate: 'returns' }),
      aLine({ ...now, leg: 'arm', function: 'health' }),
    ];
    expect(withoutStrangers(known, fresh, new Set())).toEqual({ lines: fresh, warnings: [] });
  });
});

describe('a job of its own', () => {
  const modes = async (...of: readonly ('check' | 'measure' | 'history' | 'report')[]) => {
    const temp = await mkdtemp(join(tmpdir(), 'coldgate-apart-'));
    try {
      for (const mode of of) await keepHistoryApart(workflow(mode, temp));
    } finally {
      await rm(temp, { recursive: true });
    }
  };
  const workflow = (mode: string, temp: string, selfHosted = false): Parameters<typeof keepHistoryApart>[0] => {
    const inputs = parseInputs((name) => (name === 'mode' ? mode : ''));
    const run = { temp, selfHosted } as Parameters<typeof keepHistoryApart>[0]['run'];
    return { inputs, run, host: { cwd: temp } as Parameters<typeof keepHistoryApart>[0]['host'] };
  };

  it.each(['measure', 'check'] as const)('is refused beside %s, in either order', async (mode) => {
    expect(await refusal(modes(mode, 'history'))).toMatch(
      /^mode history may write to the repository, and code was built in this job.*in a job of its own/,
    );
    expect(await refusal(modes('history', mode))).toMatch(
      new RegExp(`^mode ${mode} would build in a job that may write to the repository`),
    );
    await modes('report', 'history', 'report');
  });

  it('is refused where cargo has built, unless the machine outlives the job', async () => {
    const temp = await mkdtemp(join(tmpdir(), 'coldgate-apart-'));
    await mkdir(join(temp, 'target'));
    await writeFile(join(temp, 'target', '.rustc_info.json'), '{}');
    expect(await refusal(keepHistoryApart(workflow('history', temp)))).toContain('cargo has built in this job');
    await keepHistoryApart(workflow('history', temp, true));
    await rm(temp, { recursive: true });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryLine } from '../../src/core/history/line.ts';
import { type Addition, filesOf, updatedMonths } from '../../src/core/history/update.ts';
import { run } from '../../src/exec/run.ts';
import { branchStore } from '../../src/history/branch.ts';
import type { HistoryStore } from '../../src/history/store.ts';
import { aLine } from '../core/history/lines.ts';
import { ENV } from '../git/environment.ts';

export const NOW = '2026-11-27T12:00:00Z';

/** A folder of a test's own, gone afterwards. */
export class Place implements AsyncDisposable {
  readonly path: string;
  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<Place> {
    return new Place(await mkdtemp(join(tmpdir(), 'coldgate-history-test-')));
  }

  async git(...args: readonly string[]): Promise<string> {
    return (await run('git', args, { cwd: this.path, env: ENV })).stdout.trim();
  }

  /** A bare repository with nothing in it. */
  async bare(...options: readonly string[]): Promise<string> {
    const path = join(this.path, 'hub.git');
    await this.git('init', '--quiet', '--bare', '--initial-branch=main', ...options, path);
    return path;
  }

  store(url: string, signal = new AbortController().signal): HistoryStore {
    return branchStore({ url, env: ENV }, { scratch: this.path, signal, format: 'sha1' });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

/** A line of a commit that nobody else has. */
export function lineOf(leg: string, number: number): HistoryLine {
  return aLine({
    leg,
    commit: number.toString(16).padStart(40, '0'),
    time: `2026-11-${String((number % 27) + 1).padStart(2, '0')}T00:00:00Z`,
  });
}

export function append(store: HistoryStore, lines: readonly HistoryLine[], more: Partial<Addition> = {}): Promise<boolean> {
  return store.update(({ months }) => filesOf(updatedMonths(months, { lines, releases: [], now: NOW, ...more })), 'test');
}

export async function linesIn(store: HistoryStore): Promise<readonly HistoryLine[]> {
  const { months } = (await store.read()) ?? { months: new Map() };
  return [...months.values()].flatMap(({ lines }) => lines);
}

/** What tells lines apart here. */
export const named = (lines: readonly HistoryLine[]): readonly string[] => lines.map(({ leg, commit }) => `${leg} ${commit}`).toSorted();

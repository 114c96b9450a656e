import { UsageError } from '../failures.ts';
import { matchesGlob } from '../globs.ts';
import { CRATE_METRICS, isCrateMetric, METRICS, type Metric, metricRow } from '../metrics.ts';
import type { Limit, Since } from '../model/limits.ts';
import { quoted } from '../text.ts';
import { compareVersions, releaseOf } from '../versions.ts';

/** What has a length: a tag that is longer is a slip. */
const MAX_GLOB = 200;

/** As git takes names of tags (https://git-scm.com/docs/git-check-ref-format), and `*` and `?`, which it takes in none. */
const GLOB = /^[^\s~^:[\]\\&\p{Cc}]+$/u;

const WHAT = 'write the tags of your releases ("since v*"), one of them ("since v1.2.0") or a day ("since 2026-10-01")';

/**
 * Reads what follows `since`. Only what a build has is held against another day: a machine that starts a function is not the same machine weeks
 * later. Throws a UsageError for what is measured by running, a maximum, a day that no calendar has, and a glob that can be no tag's.
 */
export function parseSince(text: string, { metric, bounds }: Pick<Limit, 'metric' | 'bounds'>, where: string): Since {
  if (!isBuilt(metric))
    throw mistake(
      where,
      `"since" is for what is built, and ${quoted(metric)} is measured by running: another day's machine is not this one (since: ${BUILT.join(', ')})`,
    );
  if (bounds.some(({ kind }) => kind === 'maximum'))
    throw mistake(
      where,
      'a maximum has no "since": it holds on any day; write growth ("+10% since v*"), and the maximum on a line of its own',
    );
  if (text === '') throw mistake(where, `"since" lacks what growth is counted from; ${WHAT}`);
  if (text.includes('&')) throw mistake(where, '"since" stands behind all bounds: +10% & +50 kB since v*');
  if (/^\d{1,4}-\d{1,2}-\d{1,2}$/.test(text)) {
    if (isDay(text)) return { kind: 'day', day: text };
    throw mistake(where, `${quoted(text)} is no day of the calendar; write year, month and day in digits, as in "since 2026-10-01"`);
  }
  if (text.length > MAX_GLOB || !GLOB.test(text)) throw mistake(where, `${quoted(text)} can be no tag; ${WHAT}`);
  return { kind: 'tag', glob: text };
}

/** As it is written behind `since`. */
export function sinceText(since: Since): string {
  return since.kind === 'tag' ? since.glob : since.day;
}

/** Whether it is a figure of the build, which is the same on any day. */
export function isBuilt(metric: Metric): boolean {
  return isCrateMetric(metric) || metricRow(metric)?.of === 'build';
}

const BUILT = [...METRICS.filter(({ of }) => of === 'build'), ...CRATE_METRICS].map(({ name }) => name);

/** A tag, and the second at which it was made or its commit was. */
export interface Tag {
  readonly name: string;
  readonly time: number;
}

/**
 * The newest release among tags: of those that the glob matches the highest version, whatever stands before its number (`v1.2.0`,
 * `api-v1.2.0`, `release/1.2.0`); a pre-release only where there is nothing else; where no tag is a version, the one made last. `v1`, which
 * projects move along, is no version.
 */
export function newestRelease<T extends Tag>(glob: string, tags: readonly T[]): T | null {
  const known = tags.filter(({ name }) => matchesGlob(glob, name)).map((tag) => ({ tag, release: releaseOf(tag.name) }));
  const versions = known.flatMap(({ tag, release }) => (release === null ? [] : [{ tag, ...release }]));
  const releases = versions.filter(({ isEarly }) => !isEarly);
  const [newest] = (releases.length > 0 ? releases : versions).toSorted(
    (a, b) => compareVersions(b.version, a.version) || b.tag.time - a.tag.time,
  );
  const [last] = known.toSorted((a, b) => b.tag.time - a.tag.time);
  return newest?.tag ?? last?.tag ?? null;
}

function isDay(text: string): boolean {
  const [year = '', month = '', day = ''] = text.split('-');
  if (year.length !== 4 || month.length !== 2 || day.length !== 2) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** What is wrong with a line, where it stands. */
export function mistake(where: string, what: string): UsageError {
  return new UsageError(`${where}: ${what}`);
}

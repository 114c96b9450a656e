import coerce from 'semver/functions/coerce.js';
import compareBuild from 'semver/functions/compare-build.js';
import parse from 'semver/functions/parse.js';
import satisfies from 'semver/functions/satisfies.js';

/**
 * Semver's order (https://semver.org/#spec-item-11): numbers as numbers, a pre-release before its release; build metadata comes last. A
 * version of two parts (glibc's 2.34) has 0 for the third. What is no version at all comes before every version.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [read(a), read(b)];
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  return compareBuild(left, right);
}

/** Whether a version lies in a range of npm's notation, commas allowed (`>= 1.9, < 2`, `0.12.x`). A pre-release counts with what it leads to. */
export function isWithin(version: string, range: string): boolean {
  const found = read(version);
  return found !== null && satisfies(found, range.replaceAll(',', ' '), { includePrerelease: true });
}

function read(version: string): ReturnType<typeof parse> {
  return parse(version) ?? coerce(version);
}

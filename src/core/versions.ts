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

/**
 * Whether cargo takes a version for a requirement of a manifest: `1.2` is `^1.2`, several are joined by commas.
 * https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html
 */
export function isAllowed(version: string, requirement: string): boolean {
  const range = requirement.split(',').map((part) => part.trim().replace(/^(?=\d)/, '^'));
  return isWithin(version, range.join(' '));
}

/**
 * The version in the name of a tag, whatever stands before its number: `v1.2.0`, `api-v1.2.0-rc.1`, `release/2026.10.01`; `null`: it has none of
 * three numbers. `isEarly`: a pre-release.
 */
export function releaseOf(tag: string): { readonly version: string; readonly isEarly: boolean } | null {
  // A number within a word (`s3-1.2.0`) is no version yet: the first from which on all is one counts.
  for (const { index } of tag.matchAll(/(?<![\d.])\d/g)) {
    const found = tag.length - index > MAX_VERSION ? null : parse(tag.slice(index), { loose: true });
    if (found !== null) return { version: found.version, isEarly: found.prerelease.length > 0 };
  }
  return null;
}

/** Longer than any version. */
const MAX_VERSION = 100;

function read(version: string): ReturnType<typeof parse> {
  return parse(version) ?? coerce(version);
}

import { parse } from 'smol-toml';
import * as z from 'zod';
import { messageOf, ToolError } from '../core/failures.ts';
import { problemOf } from '../core/shape.ts';
import type { LockedPackage, Lockfile } from '../core/snapshot/snapshot.ts';
import { quoted } from '../core/text.ts';

/** The newest format that cargo 1.95 writes; 1 and 2 carry no `version`. */
const NEWEST_VERSION = 4;

const name = z.string().min(1).max(1_024);
const lockedPackage = z.object({
  name,
  version: name,
  source: z.string().max(4_096).optional(),
  dependencies: z.array(z.string().max(8_192)).max(10_000).default([]),
});
const document = z.object({
  version: z.int().min(1).default(1),
  package: z.array(lockedPackage).max(20_000).default([]),
  /** Before 2017 the workspace's own package stood apart. */
  root: lockedPackage.optional(),
});
type RawPackage = z.infer<typeof lockedPackage>;

/**
 * Reads a `Cargo.lock` of any version from 1 to 4; packages keep the order of the file, dependencies become indices. What is malformed,
 * unknown or ambiguous is a ToolError that names `where`, the package and the dependency.
 * The format: https://github.com/rust-lang/cargo/blob/master/src/cargo/core/resolver/encode.rs
 */
export function parseLockfile(toml: string, where: string): Lockfile {
  const { root, package: listed } = parseDocument(toml, where);
  const raw = root === undefined ? listed : [root, ...listed];
  const byName = new Map<string, number[]>();
  for (const [index, { name }] of raw.entries()) byName.set(name, [...(byName.get(name) ?? []), index]);
  const packages = raw.map((owner): LockedPackage => {
    const dependencies = owner.dependencies.map((text) => resolve(text, owner, raw, byName, where));
    return { name: owner.name, version: owner.version, source: owner.source ?? null, dependencies };
  });
  return { packages };
}

function parseDocument(toml: string, where: string): z.infer<typeof document> {
  let value: unknown;
  try {
    value = parse(toml);
  } catch (cause) {
    throw new ToolError(`${where}: not TOML (${messageOf(cause).split('\n', 1)[0]}): let cargo write it again (cargo generate-lockfile)`, {
      cause,
    });
  }
  const result = document.safeParse(value);
  if (!result.success) {
    throw new ToolError(`${where}: not a Cargo.lock: ${problemOf(result.error)}`, { cause: result.error });
  }
  if (result.data.version > NEWEST_VERSION) {
    throw new ToolError(
      `${where}: a Cargo.lock of version ${result.data.version}; this coldgate reads 1 to ${NEWEST_VERSION}: update coldgate`,
    );
  }
  return result.data;
}

/** `name`, `name version` or `name version (source)`: cargo leaves out what is not needed to tell packages apart. */
function resolve(
  text: string,
  owner: RawPackage,
  raw: readonly RawPackage[],
  byName: ReadonlyMap<string, readonly number[]>,
  where: string,
): number {
  const [, dependency = '', version, source] = /^(\S+)(?: (\S+)(?: \((.+)\))?)?$/.exec(text) ?? [];
  const candidates = (byName.get(dependency) ?? []).filter((index) => {
    const candidate = raw[index];
    if (candidate === undefined || (version !== undefined && candidate.version !== version)) return false;
    return source === undefined || (candidate.source !== undefined && withoutRevision(candidate.source) === withoutRevision(source));
  });
  const found = single(candidates, (index) => raw[index]?.source === undefined);
  if (found !== null) return found;
  const problem = candidates.length === 0 ? 'which is not in the file' : `which ${candidates.length} packages of the file may be`;
  throw new ToolError(
    `${where}: package ${quoted(`${owner.name} ${owner.version}`)} depends on ${quoted(text)}, ${problem}: let cargo write it again (cargo generate-lockfile)`,
  );
}

/** Git sources end in the commit where the package stands, and without it where a dependency is named. */
function withoutRevision(source: string): string {
  return source.replace(/#.*$/, '');
}

/** The only one; of several, the only preferred one (a path, which has no source to be told apart by). */
function single(candidates: readonly number[], preferred: (index: number) => boolean): number | null {
  const few = candidates.length > 1 ? candidates.filter(preferred) : candidates;
  const [only] = few;
  return only === undefined || few.length > 1 ? null : only;
}

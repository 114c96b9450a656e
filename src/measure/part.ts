import { copyFile, link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkFiles, filesOfFunction } from '../cache/digests.ts';
import { type LambdaTarget, partOf, type Selection } from '../cargo/functions.ts';
import { joinSources, sourcesOf } from '../cargo/sources.ts';
import { UsageError } from '../core/failures.ts';
import { binaryOf } from '../core/function-names.ts';
import type { BuildInputs, FunctionMeasurement, NotBuilt } from '../core/snapshot/snapshot.ts';
import type { TreeFile } from '../git/files.ts';
import type { Revision } from '../git/repository.ts';
import type { Share } from './share.ts';
import type { Measured } from './stored.ts';

/** What a change can reach of a workspace, and a measurement from before it that has the rest. */
export interface Part {
  /** By the package's name, each with its reason. */
  readonly packages: ReadonlyMap<string, string>;
  /** Base as a whole, where it is stored; `null`: what is not reached is built at neither side. */
  readonly from: Measured | null;
  /** The commit that the difference goes from; `null`: all that is this leg's is built. */
  readonly since: string | null;
  /** This leg's functions, where a matrix shares them out; `null`: all are. */
  readonly share: Share | null;
}

/** A selection parted into what is built and what is not. */
export interface Parted {
  readonly selection: Selection;
  /** As base's snapshot has them. */
  readonly carried: readonly FunctionMeasurement[];
  readonly notBuilt: readonly NotBuilt[];
}

/** What base's snapshot should have and has not is built, and what it does not know the sources of. */
export function partSelection(whole: Selection, part: Part | null): Parted {
  if (part === null) return { selection: whole, carried: [], notBuilt: [] };
  const before = (target: LambdaTarget): FunctionMeasurement | undefined =>
    part.from?.snapshot.functions.find((fn) => fn.crate === target.crate && binaryOf(fn) === target.binary);
  const isProven = ({ crate }: LambdaTarget): boolean => sourcesOf(part.from?.snapshot.inputs?.sources, crate) !== null;
  const isReached = (target: LambdaTarget): boolean =>
    part.packages.has(target.crate) || (part.from !== null && (before(target)?.name !== target.name || !isProven(target)));
  const nobodys = part.share === null ? undefined : whole.targets.find((target) => part.share?.isShared(target) === false);
  if (nobodys !== undefined)
    throw new UsageError(
      `input shard: ${nobodys.name} was not among the functions that the manifests alone tell (a Lambda crate behind a package outside the workspace, say), so no job would measure it: name it with input bins, or measure in one job`,
    );
  const isMine = (target: LambdaTarget): boolean => part.share?.has(target) ?? true;
  const selection = partOf(whole, (target) => isMine(target) && isReached(target));
  const rest = whole.targets.filter((target) => isMine(target) && !selection.targets.includes(target));
  return {
    selection,
    carried: rest.flatMap((target) => before(target) ?? []),
    notBuilt: rest.map(({ name, crate }) => ({ name, crate, reason: `no change since ${part.since?.slice(0, 7)} reaches ${crate}` })),
  };
}

/** Puts the packages and twins of carried functions beside those that were built. */
export async function carryFiles(carried: readonly FunctionMeasurement[], from: Measured, to: string): Promise<void> {
  for (const fn of carried) {
    await checkFiles(from, filesOfFunction(fn));
    for (const file of filesOfFunction(fn)) {
      const [source, place] = [join(from.folder, file), join(to, file)];
      await mkdir(dirname(place), { recursive: true });
      // Both are the store's own and never written again; another file system takes a copy.
      await link(source, place).catch(() => copyFile(source, place));
    }
  }
}

/** What a snapshot depends on that is made of two builds. `files`: those of its commit. */
export function joinInputs(
  built: BuildInputs | null,
  carried: BuildInputs | null | undefined,
  files: readonly TreeFile[],
): BuildInputs | null {
  if (carried === undefined) return built;
  if (built === null || carried === null) return null;
  return {
    variables: { ...carried.variables, ...built.variables },
    files: { ...carried.files, ...built.files },
    undeclared: built.undeclared ?? carried.undeclared,
    sources: joinSources(built.sources, carried.sources, files),
  };
}

/** What is built of a part, each with its reason; once, for head. */
export function partLines({ sha }: Revision, { targets }: Selection, part: Part | null): readonly string[] {
  if (part === null || part.since === null || part.since === sha) return [];
  const label = `head ${sha.slice(0, 7)}`;
  const since = part.since.slice(0, 7);
  if (targets.length === 0) return [`${label}: no build reads what changed since ${since}: nothing is built`];
  return targets.map(
    ({ name, crate }) => `${label}: ${name} is reached by ${part.packages.get(crate) ?? `its package, which ${since} has not`}`,
  );
}

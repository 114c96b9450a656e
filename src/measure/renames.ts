import { realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readManifests, workspaceMembers } from '../cargo/metadata.ts';
import { manifestArguments } from '../cargo/request.ts';
import { ToolError } from '../core/failures.ts';
import { identityOf, type NamedFunction } from '../core/function-names.ts';
import { pairFunctions } from '../core/pair.ts';
import type { Renamed } from '../core/snapshot/snapshot.ts';
import { inside } from '../git/fetch.ts';
import type { Revision } from '../git/repository.ts';
import type { MeasureContext } from './context.ts';

/** git compares so many files on each side by content; those that are alike to the byte it always finds. */
const RENAME_LIMIT = 3_000;

/**
 * The new functions whose sources git calls a rename of a removed one's: a new name is no new function, and its growth counts. The main file
 * decides (also where it stayed and the binary or its package has another name), else whether half of the package's sources moved along.
 * Costs nothing where no function is new or none is gone. Where git or cargo cannot tell, a function that is new beside one that is gone stays
 * new, and the report says so.
 */
export function renamesBetween(context: MeasureContext, base: Side & { readonly at: MeasureContext }, head: Side): Promise<Renamed[]> {
  return findRenames(context, base, head).catch((error: unknown) => {
    if (!(error instanceof ToolError)) throw error;
    context.host.progress.step(`whether a function was renamed cannot be told: ${error.message}`);
    return [];
  });
}

/** A commit and the functions that it has. */
interface Side {
  readonly commit: Revision;
  readonly functions: readonly NamedFunction[];
}

async function findRenames(context: MeasureContext, base: Side & { readonly at: MeasureContext }, head: Side): Promise<Renamed[]> {
  const pairs = pairFunctions(base.functions, head.functions, []);
  const gone = pairs.flatMap(({ base: fn, head: after }) => (after === null && fn !== null ? [fn] : []));
  const added = pairs.flatMap(({ base: before, head: fn }) => (before === null && fn !== null ? [fn] : []));
  if (gone.length === 0 || added.length === 0) return [];
  // Head first: it is what is checked out, unless it was measured before.
  const after = await sourcesAt(context, head.commit);
  const before = await sourcesAt(base.at, base.commit);
  const moved = await movedFiles(context, base.commit.sha, head.commit.sha);
  const paths = (await context.files.list(base.commit.sha)).map(({ path }) => path);
  const left = new Set(gone);
  return added.flatMap(({ name, crate }) => {
    const to = after.get(identityOf({ name, crate }));
    const from = [...left].find((fn) => isMoved(before.get(identityOf(fn)), to, { moved, paths }));
    if (from === undefined) return [];
    left.delete(from);
    return [{ name, crate, from: { name: from.name, crate: from.crate } }];
  });
}

/** Where a binary's sources lie, from the repository's top. */
interface Sources {
  readonly main: string;
  readonly folder: string;
  /** Whether its package has no other binary. */
  readonly alone: boolean;
}

interface Difference {
  readonly moved: ReadonlyMap<string, string>;
  /** The files of base. */
  readonly paths: readonly string[];
}

function isMoved(from: Sources | undefined, to: Sources | undefined, { moved, paths }: Difference): boolean {
  if (from === undefined || to === undefined) return false;
  if (from.main === to.main || moved.get(from.main) === to.main) return true;
  if (!from.alone || !to.alone || from.folder === to.folder) return false;
  const sources = paths.filter((path) => path.endsWith('.rs') && isBelow(path, from.folder));
  const along = sources.filter((path) => isBelow(moved.get(path) ?? '/', to.folder));
  return along.length > 0 && 2 * along.length >= sources.length;
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

/** By package and binary; empty where cargo cannot read the manifests without `prepare`. */
async function sourcesAt({ request, user, checkout, env }: MeasureContext, commit: Revision): Promise<ReadonlyMap<string, Sources>> {
  await checkout.switchTo(commit);
  const metadata = await readManifests(join(checkout.path, user.prefix), manifestArguments(request.build), env).catch(() => null);
  if (metadata === null) return new Map();
  const top = await realpath(checkout.path);
  const from = (path: string): string => relative(top, path);
  return new Map(
    workspaceMembers(metadata).flatMap(({ name: crate, manifest_path: manifest, targets }) => {
      const binaries = targets.filter(({ kind }) => kind.includes('bin'));
      return binaries.map(({ name, src_path }) => [
        `${crate}/${name}`,
        { main: from(src_path), folder: from(dirname(manifest)), alone: binaries.length === 1 },
      ]);
    }),
  );
}

/** Where git calls a file of head a rename of one of base: from there to here. */
export async function movedFiles({ user, checkout }: MeasureContext, base: string, head: string): Promise<ReadonlyMap<string, string>> {
  const args = ['diff-tree', '-r', '-z', '-M', `-l${RENAME_LIMIT}`, '--diff-filter=R', '--name-status', base, head];
  const { stdout } = await inside(user, checkout, args);
  const fields = stdout.split('\0');
  const moved = new Map<string, string>();
  for (let place = 0; place + 2 < fields.length; place += 3) moved.set(fields[place + 1] ?? '', fields[place + 2] ?? '');
  return moved;
}

import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Change } from '../cargo/affected.ts';
import { mayBuildApart } from '../cargo/lambda-config.ts';
import { lockedElse } from '../cargo/locked.ts';
import { type CargoMetadata, readManifests } from '../cargo/metadata.ts';
import { type PathPackage, pathPackages } from '../cargo/path-packages.ts';
import { manifestArguments } from '../cargo/request.ts';
import type { Lockfile } from '../core/snapshot/snapshot.ts';
import type { Files, TreeFile } from '../git/files.ts';
import type { Revision } from '../git/repository.ts';
import { parseLockfile } from '../inspect/lockfile.ts';
import type { MeasureContext } from './context.ts';

/** What differs, or why nothing less than everything can be said to be reached. */
export type Plan = { readonly kind: 'all'; readonly reason: string } | { readonly kind: 'change'; readonly change: Change };

/**
 * What the difference of two commits is to their packages, told from git and the manifests alone: no network, no build. `all` wherever that
 * is not certain: `prepare` brings files that git does not know, a lock file that is not committed is made at the time of the build.
 */
export async function planBuild(context: MeasureContext, base: Revision, head: Revision): Promise<Plan> {
  const { request, checkout, files, user } = context;
  if (request.prepare !== null) return { kind: 'all', reason: `${context.host.nameOf('prepare')} may bring other files` };
  const [from, to] = [await files.list(base.sha), await files.list(head.sha)];
  const changed = differing(from, to);
  const later = await graphAt(context, head);
  if (later === null) return { kind: 'all', reason: `the manifests of ${head.sha.slice(0, 7)} cannot be read` };
  const top = await realpath(checkout.path);
  const folder = join(checkout.path, user.prefix);
  const apart = await mayBuildApart(later.cargo, folder, request.build.extra, context.env);
  if (apart.kind === 'no') return { kind: 'all', reason: "cargo lambda's own configuration decides what is built" };
  const sameManifests = !changed.some((path) => /(^|\/)(Cargo\.toml|build\.rs)$/.test(path));
  const earlier = sameManifests ? later : await graphAt(context, base);
  if (earlier === null) return { kind: 'all', reason: `the manifests of ${base.sha.slice(0, 7)} cannot be read` };
  const lockfile = relative(top, join(later.cargo.workspace_root, 'Cargo.lock'));
  const [locked, relocked] = [await lockfileAt(files, base.sha, lockfile), await lockfileAt(files, head.sha, lockfile)];
  if (locked === null || relocked === null) return { kind: 'all', reason: 'Cargo.lock is not committed' };
  const manifests = changed.filter(isManifest);
  const [before, after] = [await files.texts(base.sha, manifests), await files.texts(head.sha, manifests)];
  const { including, linked } = await includingAt(files, head.sha, to);
  const change: Change = {
    files: changed,
    base: earlier.packages,
    head: later.packages,
    top,
    rootManifest: relative(top, join(later.cargo.workspace_root, 'Cargo.toml')),
    packs: apart.packs,
    lockfile,
    lockedElse: lockedElse(locked, relocked),
    manifests: [...from, ...to].map(({ path }) => path).filter(isManifest),
    including,
    linked,
    // A manifest that one side lacks is no TOML there: it reaches all.
    manifest: (path) => ({ base: before.get(path) ?? '=', head: after.get(path) ?? '=' }),
  };
  return { kind: 'change', change };
}

/** Sources that include files, under each path that leads to them, and cargo's configuration. */
async function includingAt(files: Files, sha: string, listed: readonly TreeFile[]): Promise<Pick<Change, 'including' | 'linked'>> {
  const sources = await files.including(sha);
  const behind = new Map(listed.flatMap(({ path, id }) => (sources.has(path) ? [[`through ${id}`, sources.get(path) ?? '']] : [])));
  const linked = new Map(listed.flatMap(({ path, id }) => (behind.has(id) ? [[path, behind.get(id) ?? '']] : [])));
  const configuration = await files.texts(
    sha,
    listed.map(({ path }) => path).filter((path) => /(^|\/)\.cargo\/config(\.toml)?$/.test(path)),
  );
  return { including: new Map([...sources, ...linked, ...configuration]), linked: new Set(linked.keys()) };
}

interface Graph {
  readonly cargo: CargoMetadata;
  readonly packages: readonly PathPackage[];
}

/** `null` where cargo cannot read the manifests: the build will say so. */
async function graphAt({ request, checkout, user, env }: MeasureContext, revision: Revision): Promise<Graph | null> {
  await checkout.switchTo(revision);
  const cargo = await readManifests(join(checkout.path, user.prefix), manifestArguments(request.build), env);
  return cargo === null ? null : { cargo, packages: await pathPackages(cargo) };
}

async function lockfileAt(files: Files, sha: string, path: string): Promise<Lockfile | null> {
  const text = (await files.texts(sha, [path])).get(path);
  return text === undefined ? null : parseLockfile(text, path);
}

/** Paths whose content or mode is another, of either side; a renamed file under both of its names. */
function differing(base: readonly TreeFile[], head: readonly TreeFile[]): readonly string[] {
  const [before, after] = [base, head].map((files) => new Map(files.map(({ path, id }) => [path, id])));
  return [...new Set([...base, ...head].map(({ path }) => path))].filter((path) => before?.get(path) !== after?.get(path));
}

function isManifest(path: string): boolean {
  return /(^|\/)Cargo\.toml$/.test(path);
}

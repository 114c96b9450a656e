import { dirname, join, relative } from 'node:path/posix';
import { readDeclaredLimits } from '../cargo/declared-limits.ts';
import { limitsOfProject, type ManifestLimits, ofFunctions, parseManifestLimits, rootOf, soleOf } from '../cargo/manifest-limits.ts';
import { readManifests } from '../cargo/metadata.ts';
import { readBinaries } from '../cargo/preflight.ts';
import { manifestArguments } from '../cargo/request.ts';
import { sourcesWentTo, type Trace, tracesAtBase } from '../cargo/traces.ts';
import { UsageError } from '../core/failures.ts';
import { identityOf, meaning, type NamedFunction, type RenamedFunction } from '../core/function-names.ts';
import type { MissingBase } from '../core/model/base.ts';
import { renamedIn } from '../core/pair.ts';
import type { DeclaredLimit } from '../core/snapshot/snapshot.ts';
import { inside } from '../git/fetch.ts';
import type { Revision } from '../git/repository.ts';
import type { MeasureContext } from './context.ts';
import { movedFiles, renamesBetween } from './renames.ts';

/** Where base has the project: `at`, as it is to be measured there, or `nowhere`. */
export type BasePlace = { readonly kind: 'at'; readonly context: MeasureContext } | { readonly kind: 'nowhere'; readonly why: MissingBase };

/**
 * Looks where base has the project that head has, and what its functions are called there: a binary or package that the request names and that was
 * renamed since is asked for by the name that base has.
 */
export async function placeAtBase(
  context: MeasureContext,
  base: Revision,
  head: Revision,
  functions: readonly NamedFunction[] | null,
): Promise<BasePlace> {
  const place = await projectAtBase(context, base, head, functions);
  return place.kind === 'nowhere' ? place : { kind: 'at', context: await namedAtBase(place.context, base, { context, commit: head }) };
}

/**
 * Looks where base has the project that head has: at its place, or where git or its package's name tell that it was moved from. A base without
 * anything that it may come from is a first run; where it may come from something, and nobody can tell, growth is not known.
 * `functions`: head's, as far as the manifests tell; `null`: they do not.
 */
async function projectAtBase(
  context: MeasureContext,
  base: Revision,
  head: Revision,
  functions: readonly NamedFunction[] | null,
): Promise<BasePlace> {
  const wanted = manifestOf(context);
  const [before, after] = [await manifestFiles(context, base.sha), await manifestFiles(context, head.sha)];
  // A manifest that `prepare` brings is in neither.
  if (before.includes(wanted) || !after.includes(wanted)) return { kind: 'at', context };
  const manifests = { base: await manifestsAt(context, base.sha), head: await manifestsAt(context, head.sha) };
  const own = manifests.head.find(({ file }) => file === wanted);
  const known = functions ?? (own?.package == null ? [] : [{ crate: own.package }]);
  const moved = await movedFiles(context, base.sha, head.sha);
  const paths = (await context.files.list(base.sha)).map(({ path }) => path);
  const went = sourcesWentTo(dirname(wanted), { moved, paths, before: manifests.base, after });
  const traces = tracesAtBase({ base: before, head: after }, manifests, known, went);
  const from = movedFrom(wanted, { moved, traces, own, before: manifests.base });
  if (from !== null) {
    context.host.progress.step(`${base.sha.slice(0, 7)}: ${wanted} is ${from} there`);
    return { kind: 'at', context: await movedTo(context, from, base) };
  }
  const absent = `the base ${base.sha.slice(0, 7)} has no ${wanted}`;
  if (traces.length === 0) {
    const root = rootOf({ file: wanted }, manifests.head);
    const limits = root === undefined || !before.includes(root.file) ? [] : limitsOfProject(root.file, manifests.base);
    return { kind: 'nowhere', why: { kind: 'first-run', sha: base.sha, reason: absent, limits } };
  }
  const limits = lawOfTraces(traces, manifests.base, known);
  const reason = `${absent}, and ${traceText(traces)}: whether the project was moved is not known`;
  return { kind: 'nowhere', why: { kind: 'not-found', sha: base.sha, reason, limits } };
}

/** A commit and how it is measured there. */
interface At {
  readonly context: MeasureContext;
  readonly commit: Revision;
}

/** What an earlier commit calls a function of head; by the same name where nobody can tell. */
export async function formerNameOf(fn: NamedFunction, before: At, head: At): Promise<NamedFunction> {
  const functions = await binariesIn(before.context, before.commit);
  const isIt = (one: NamedFunction): boolean => identityOf(one) === identityOf(fn);
  if (functions === null || functions.some(isIt)) return fn;
  const renamed = await renamedSince({ at: before.context, commit: before.commit, functions }, head);
  return renamed.find(isIt)?.from ?? fn;
}

async function renamedSince(
  base: { readonly at: MeasureContext; readonly commit: Revision; readonly functions: readonly NamedFunction[] },
  head: At,
): Promise<readonly RenamedFunction[]> {
  const functions = await binariesIn(head.context, head.commit);
  if (functions === null) return [];
  return renamedIn(base.functions, functions, await renamesBetween(head.context, base, { commit: head.commit, functions }));
}

/** The request with the names that base has for what head has renamed. */
async function namedAtBase(at: MeasureContext, base: Revision, head: At): Promise<MeasureContext> {
  const { build } = at.request;
  if (build.bins.length === 0 && build.packages.length === 0) return at;
  // Base is what is checked out next; head only where a name is not there.
  const before = await binariesIn(at, base);
  const isThere = (bin: string): boolean => before?.some((fn) => meaning(bin, fn) !== null) === true;
  const hasPackage = (name: string): boolean => before?.some(({ crate }) => crate === name) === true;
  if (before === null || (build.bins.every(isThere) && build.packages.every(hasPackage))) return at;
  const renamed = await renamedSince({ at, commit: base, functions: before }, head);
  const bins = build.bins.flatMap((bin) => {
    const from = isThere(bin) ? [] : renamed.filter((one) => meaning(bin, one) !== null).map((one) => identityOf(one.from));
    return from.length === 0 ? [bin] : from;
  });
  const packages = build.packages.flatMap((name) => {
    const from = hasPackage(name) ? [] : renamed.filter(({ crate }) => crate === name).map((one) => one.from.crate);
    return from.length === 0 ? [name] : [...new Set(from)];
  });
  return { ...at, request: { ...at.request, build: { ...build, bins, packages } } };
}

/** All binaries of a commit's manifests; `null`: cargo cannot read them. */
async function binariesIn({ request, user, checkout, env }: MeasureContext, commit: Revision): Promise<readonly NamedFunction[] | null> {
  await checkout.switchTo(commit);
  return readBinaries(join(checkout.path, user.prefix), { ...request.build, bins: [], packages: [] }, env).catch(() => null);
}

/** What a commit declares that could not be measured: as cargo reads it, else by its texts alone. */
export async function limitsDeclaredAt(context: MeasureContext, { sha, ...revision }: Revision): Promise<readonly DeclaredLimit[]> {
  const { request, user, checkout, env } = context;
  await checkout.switchTo({ sha, ...revision });
  const metadata = await readManifests(join(checkout.path, user.prefix), manifestArguments(request.build), env);
  const read = metadata === null ? null : await readDeclaredLimits(metadata, checkout.path).catch(withoutTable);
  return read ?? limitsOfProject(manifestOf(context), await manifestsAt(context, sha));
}

/** A table that is none of coldgate's declares what of it is text. */
function withoutTable(error: unknown): null {
  if (error instanceof UsageError) return null;
  throw error;
}

/** From the repository's top. */
function manifestOf({ user, request }: Pick<MeasureContext, 'user' | 'request'>): string {
  return join(user.prefix, request.build.manifest ?? 'Cargo.toml');
}

async function manifestFiles({ files }: MeasureContext, sha: string): Promise<readonly string[]> {
  return (await files.list(sha)).map(({ path }) => path).filter((path) => /(^|\/)Cargo\.toml$/.test(path));
}

async function manifestsAt(context: MeasureContext, sha: string): Promise<readonly ManifestLimits[]> {
  const texts = await context.files.texts(sha, await manifestFiles(context, sha));
  return [...texts].map(([path, text]) => parseManifestLimits(path, text));
}

/** The manifest at base that became head's: git calls it a rename of it, or it is the one that is gone and has its package. */
function movedFrom(
  wanted: string,
  known: {
    readonly moved: ReadonlyMap<string, string>;
    readonly traces: readonly Trace[];
    readonly own: ManifestLimits | undefined;
    readonly before: readonly ManifestLimits[];
  },
): string | null {
  const gone = known.before.filter(({ file }) => known.traces.some((trace) => trace.file === file && trace.because === 'gone'));
  const renamed = gone.find(({ file }) => known.moved.get(file) === wanted);
  if (renamed !== undefined) return renamed.file;
  const [alike, ...others] = gone.filter((one) => one.package !== null && one.package === known.own?.package);
  return alike === undefined || others.length > 0 ? null : alike.file;
}

/** What may be the law of a project that came from one of these: of several workspaces only one that surely has one of its packages is asked. */
function lawOfTraces(
  traces: readonly Trace[],
  before: readonly ManifestLimits[],
  functions: readonly Pick<NamedFunction, 'crate'>[],
): readonly DeclaredLimit[] {
  const rootAt = (file: string): string => rootOf({ file }, before)?.file ?? file;
  const roots = new Set(traces.map(({ file }) => rootAt(file)));
  const sure = new Set(soleOf(ofFunctions(before, functions)).map(({ file }) => rootAt(file)));
  return unique(
    traces.flatMap(({ file }) =>
      limitsOfProject(file, before).filter((limit) => limit.package !== null || roots.size === 1 || sure.has(rootAt(file))),
    ),
  );
}

/** The same project where it stood: called in its own folder, or from where cargo runs at head too, if base has that folder. */
async function movedTo(context: MeasureContext, manifest: string, { sha }: Revision): Promise<MeasureContext> {
  const { request, user, checkout } = context;
  const there = user.prefix === '' || (await inside(user, checkout, ['cat-file', '-e', `${sha}:${user.prefix}`])).exitCode === 0;
  if (request.build.manifest !== null && there) {
    const named = relative(user.prefix, manifest);
    return { ...context, request: { ...request, build: { ...request.build, manifest: named === 'Cargo.toml' ? null : named } } };
  }
  const folder = dirname(manifest);
  return {
    ...context,
    user: { ...user, prefix: folder === '.' ? '' : folder },
    request: { ...request, build: { ...request.build, manifest: null } },
  };
}

function traceText(traces: readonly Trace[]): string {
  const [first, ...more] = traces;
  if (first === undefined) return '';
  const what = first.because === 'gone' ? `its ${first.file} is gone` : `its ${first.file} is of ${first.because.package} already`;
  return more.length === 0 ? what : `${what} (and ${more.length} more)`;
}

function unique(limits: readonly DeclaredLimit[]): readonly DeclaredLimit[] {
  return [...new Map(limits.map((limit) => [JSON.stringify(limit), limit])).values()];
}

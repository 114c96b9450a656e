import { join } from 'node:path';
import { type KnownFunction, type LeftOut, selectFunctions } from '../cargo/functions.ts';
import { readManifests } from '../cargo/metadata.ts';
import { manifestArguments } from '../cargo/request.ts';
import { ToolError } from '../core/failures.ts';
import { binaryOf, identityOf, type NamedFunction } from '../core/function-names.ts';
import { pairFunctions } from '../core/pair.ts';
import type { Snapshot } from '../core/snapshot/snapshot.ts';
import type { Revision } from '../git/repository.ts';
import type { MeasureContext } from './context.ts';
import { manifestFolder } from './project.ts';
import { renamesBetween } from './renames.ts';

/** Base's functions as head has them. A binary that was a function stays one: nothing that still ships passes by being recognised no longer. */
export interface Staying {
  /** Under head's names. */
  readonly known: readonly KnownFunction[];
  /** Those of them that head's manifests have as binaries: each has to be measured. */
  readonly there: readonly KnownFunction[];
  /** Base, as a sentence names it. */
  readonly at: string;
}

/** Of a commit that is compared with no other. */
export const NONE_STAYING: Staying = { known: [], there: [], at: '' };

/** Base, where it has the project. */
interface Before {
  readonly at: MeasureContext;
  readonly revision: Revision;
  /** Its own, or the one of what stands in for it; `null`: it could not be measured, so its manifests tell. */
  readonly snapshot: Snapshot | null;
}

/**
 * What of base's functions head has to measure: those whose binary head has, by package and name or by what git and the names tell of a rename.
 * `binaries`: head's, by its manifests; `null`: not known before `prepare`, so that what is built counts alone.
 */
export async function stayingAt(
  context: MeasureContext,
  base: Before,
  { head, binaries }: { readonly head: Revision; readonly binaries: readonly NamedFunction[] | null },
): Promise<Staying> {
  const before = await functionsOf(base);
  if (before.length === 0) return NONE_STAYING;
  const commit = base.snapshot?.commit ?? base.revision;
  const at = `base ${commit.sha.slice(0, 7)}`;
  const has = new Set((binaries ?? []).map(identityOf));
  const gone = before.filter((fn) => !has.has(identityOf(fn)));
  if (binaries === null || gone.length === 0) return { known: before, there: binaries === null ? [] : before, at };
  const old = new Set(before.map(identityOf));
  const others = binaries.filter((fn) => !old.has(identityOf(fn)));
  const told = await renamesBetween(context, { commit, functions: gone, at: base.at }, { commit: head, functions: others });
  const renamed = pairFunctions<NamedFunction>(gone, others, told).flatMap(({ base: from, head: to }): readonly KnownFunction[] => {
    const kind = before.find((fn) => fn === from)?.kind;
    return to === null || kind === undefined ? [] : [{ ...to, kind }];
  });
  const there = [...before.filter((fn) => !gone.includes(fn)), ...renamed];
  return { known: [...before, ...renamed], there, at };
}

/** Those that have to be measured and are not in a snapshot. */
export function lackingIn(
  { functions, notBuilt }: { readonly functions: readonly NamedFunction[]; readonly notBuilt: readonly NamedFunction[] },
  { there }: Staying,
): readonly KnownFunction[] {
  const has = new Set([...functions, ...notBuilt].map(identityOf));
  return there.filter((fn) => !has.has(identityOf(fn)));
}

/** A ToolError where a function of base still is a binary and was not built: whether it grew nobody knows. */
export function refuseLacking(lacking: readonly KnownFunction[], leftOut: readonly LeftOut[], { at }: Staying): void {
  const [one, ...others] = lacking;
  if (one === undefined) return;
  const reason =
    leftOut.find(({ name, crate }) => crate === one.crate && name === binaryOf(one))?.reason ?? 'this call does not build its package';
  const more = others.length === 0 ? '' : `; and ${others.length} more: ${others.map(({ name }) => name).join(', ')}`;
  throw new ToolError(
    `${one.name} is a function at ${at} and still a binary here, but is not built (${reason})${more}: nothing says whether it grew; let the call build it, name what is to be measured, or remove the binary`,
  );
}

/** Base's functions by its measurement or, where there is none, by its manifests. */
async function functionsOf({ at, revision, snapshot }: Before): Promise<readonly KnownFunction[]> {
  if (snapshot !== null) {
    const measured = snapshot.functions.map(({ name, crate, kind }) => ({ name, crate, kind }));
    const left = snapshot.notBuilt.filter((fn) => !measured.some((one) => identityOf(one) === identityOf(fn)));
    return [...measured, ...left.map(({ name, crate }) => ({ name, crate, kind: 'function' as const }))];
  }
  const { request, user, checkout, env, host } = at;
  await checkout.switchTo(revision);
  const folder = join(checkout.path, user.prefix);
  const metadata = await readManifests(folder, manifestArguments(request.build), env).catch(() => null);
  if (metadata === null) return [];
  const options = { lenient: true, configured: false, nameOf: host.nameOf };
  return selectFunctions(metadata, manifestFolder({ request }, folder), request.build, options).targets;
}

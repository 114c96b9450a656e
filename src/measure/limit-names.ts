import { join } from 'node:path';
import { readBinaries } from '../cargo/preflight.ts';
import { UsageError } from '../core/failures.ts';
import { meaning, type NamedFunction } from '../core/function-names.ts';
import { checkFunctionNames } from '../core/judge/limit-scopes.ts';
import type { LimitSet } from '../core/model/limits.ts';
import { meant, nearestOf, quoted } from '../core/text.ts';
import type { Revision } from '../git/repository.ts';
import type { WrittenEvent } from '../init/events/written-events.ts';
import type { MeasureContext } from './context.ts';

/** A limit on a function that head does not have may be meant for one that base has: base's manifests are looked at for such a one alone. */
export async function checkLimitNames(
  limits: LimitSet | null,
  names: readonly NamedFunction[] | null,
  base: { readonly at: MeasureContext; readonly revision: Revision } | null,
): Promise<void> {
  if (limits === null || limits.kind === 'off' || names === null) return;
  const unknown = limits.limits.filter(({ function: name }) => name !== null && !names.some((fn) => meaning(name, fn) !== null));
  if (unknown.length === 0) return;
  const before = base === null ? [] : await binariesAt(base.at, base.revision);
  if (before !== null) checkFunctionNames({ ...limits, limits: unknown }, [...names, ...before]);
}

/** The same of the functions that are to be handed an event of their own. */
export async function checkEventNames(
  events: readonly Pick<WrittenEvent, 'function'>[],
  names: readonly NamedFunction[] | null,
  base: { readonly at: MeasureContext; readonly revision: Revision } | null,
  option: string,
): Promise<void> {
  if (names === null) return;
  const unknown = events.flatMap(({ function: name }) => (name === null || names.some((fn) => meaning(name, fn) !== null) ? [] : [name]));
  if (unknown.length === 0) return;
  const before = base === null ? [] : await binariesAt(base.at, base.revision);
  const known = [...names, ...(before ?? [])];
  const [mistaken] = before === null ? [] : unknown.filter((name) => known.every((fn) => meaning(name, fn) === null));
  if (mistaken === undefined) return;
  const all = [...new Set(known.map(({ name }) => name))];
  throw new UsageError(
    `${option}: there is no function ${quoted(mistaken)}${meant(nearestOf(mistaken, all))} (functions: ${all.join(', ') || 'none'})`,
  );
}

/** The binaries that a commit's manifests have, as far as cargo can read them without `prepare`. */
export async function binariesAt(
  { request, user, checkout, env }: MeasureContext,
  revision: Revision,
): Promise<readonly NamedFunction[] | null> {
  await checkout.switchTo(revision);
  return readBinaries(join(checkout.path, user.prefix), request.build, env).catch(() => null);
}

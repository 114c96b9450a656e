import { type Affected, affectedPackages } from '../cargo/affected.ts';
import { ToolError } from '../core/failures.ts';
import type { Revision } from '../git/repository.ts';
import type { MeasureContext } from './context.ts';
import type { Part } from './part.ts';
import type { BasePlace } from './place.ts';
import { type Plan, planBuild } from './plan.ts';
import type { Share } from './share.ts';
import type { Measured } from './stored.ts';

/** What the change can reach; `before`: a measurement from which the rest is taken, `null`: the rest is built at neither side. */
export type AskReach = (before: Measured | null) => Promise<Affected>;

/** What differs is looked up once, and only where something is to be built. `place`: where base has the project. */
export function planOnce(context: MeasureContext, base: Revision | null, place: BasePlace, head: Revision): AskReach {
  let plan: Promise<Plan> | undefined;
  const make = async (): Promise<Plan> => {
    if (base === null) return { kind: 'all', reason: 'there is no base' };
    if (place.kind === 'nowhere') return { kind: 'all', reason: `${base.sha.slice(0, 7)} has no such project` };
    if (place.context.request.build.bins !== context.request.build.bins)
      return { kind: 'all', reason: 'what is asked for has another name at base' };
    if (place.context !== context) return { kind: 'all', reason: 'the project was moved' };
    using _ = context.host.progress.begin({
      text: `telling which functions the change since ${base.sha.slice(0, 7)} reaches`,
      kind: 'brief',
    });
    // What git or cargo cannot tell here they will not tell the build either, which says it better.
    return planBuild(context, base, head).catch((error: unknown): Plan => {
      if (!(error instanceof ToolError)) throw error;
      return { kind: 'all', reason: error.message };
    });
  };
  const said = new Set<string>();
  return async (before) => {
    plan ??= make();
    const affected = reachOf(await plan, before);
    if (affected.kind === 'all' && !said.has(affected.reason)) context.host.progress.step(`every function is built: ${affected.reason}`);
    if (affected.kind === 'all') said.add(affected.reason);
    return affected;
  };
}

/** A function is taken from another measurement only by the word of the compiler that nothing of it has changed. */
function reachOf(plan: Plan, before: Measured | null): Affected {
  if (plan.kind === 'all') return plan;
  const sources = before?.snapshot.inputs?.sources ?? null;
  if (before !== null && sources === null)
    return { kind: 'all', reason: `what the functions of ${before.snapshot.commit.sha.slice(0, 7)} are compiled from is not known` };
  return affectedPackages(plan.change, sources);
}

/** What is built of one side; `null`: all. `from`: what has the rest. */
export async function partToBuild(
  { plan, since, share }: { readonly plan: AskReach; readonly since: Revision | null; readonly share: Share | null },
  whole: boolean,
  from: Measured | null,
): Promise<Part | null> {
  const affected: Affected = whole ? { kind: 'all', reason: 'it is measured as a whole' } : await plan(from);
  if (affected.kind === 'some' && since !== null) return { packages: affected.packages, from, since: since.sha, share };
  const reason = affected.kind === 'all' ? affected.reason : 'there is no base';
  return share === null ? null : { packages: new Map(share.crates.map((crate) => [crate, reason])), from: null, since: null, share };
}

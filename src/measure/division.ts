import type { Affected } from '../cargo/affected.ts';
import { ToolError } from '../core/failures.ts';
import type { Revision } from '../git/repository.ts';
import type { MeasureContext } from './context.ts';
import type { Part } from './part.ts';
import { planBuild } from './plan.ts';
import type { Share } from './share.ts';
import type { Measured } from './stored.ts';

/** What the change can reach, looked up once, and only where something is to be built. */
export function planOnce(context: MeasureContext, base: Revision | null, head: Revision): () => Promise<Affected> {
  let plan: Promise<Affected> | undefined;
  const make = async (): Promise<Affected> => {
    if (base === null) return { kind: 'all', reason: 'there is no base' };
    using _ = context.host.progress.begin({
      text: `telling which functions the change since ${base.sha.slice(0, 7)} reaches`,
      kind: 'brief',
    });
    // What git or cargo cannot tell here they will not tell the build either, which says it better.
    const made = await planBuild(context, base, head).catch((error: unknown): Affected => {
      if (!(error instanceof ToolError)) throw error;
      return { kind: 'all', reason: error.message };
    });
    if (made.kind === 'all') context.host.progress.step(`every function is built: ${made.reason}`);
    return made;
  };
  return () => {
    plan ??= make();
    return plan;
  };
}

/** What is built of one side; `null`: all. `from`: what has the rest. */
export async function partToBuild(
  { plan, since, share }: { readonly plan: () => Promise<Affected>; readonly since: Revision | null; readonly share: Share | null },
  whole: boolean,
  from: Measured | null,
): Promise<Part | null> {
  const affected: Affected = whole ? { kind: 'all', reason: 'it is measured as a whole' } : await plan();
  if (affected.kind === 'some' && since !== null) return { packages: affected.packages, from, since: since.sha, share };
  const reason = affected.kind === 'all' ? affected.reason : 'there is no base';
  return share === null ? null : { packages: new Map(share.crates.map((crate) => [crate, reason])), from: null, since: null, share };
}

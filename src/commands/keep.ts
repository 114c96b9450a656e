import { actionsCache } from '../baseline/cache.ts';
import type { MeasuredBoth } from '../check.ts';
import type { Host } from '../workshop.ts';
import type { Workflow } from './workflow.ts';

/** The host with the Actions cache behind its state folder, where the input `cache` asks for it. */
export function withCache({ inputs, runner, host }: Workflow): Host {
  return inputs.cache ? { ...host, remote: actionsCache(runner.log) } : host;
}

/**
 * Keeps head's snapshot, the target folder and the tools, on push alone: what a pull request saves no other can read. The snapshot is the
 * next pull request's base, so it goes first, under its exact key.
 */
export async function keepForLater({ inputs, run, runner }: Workflow, both: MeasuredBoth): Promise<void> {
  if (!inputs.cache || run.event.kind !== 'push') return;
  const remote = actionsCache(runner.log);
  for (const { path, key } of both.worthKeeping) await remote.save([path], key);
}

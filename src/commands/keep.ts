import { join } from 'node:path';
import { actionsCache } from '../baseline/cache.ts';
import { findInToolCache, keepInToolCache } from '../baseline/tool-cache.ts';
import type { MeasuredBoth } from '../check.ts';
import type { Api } from '../github/api.ts';
import type { Host } from '../workshop.ts';
import { artifactBaseline } from './base-artifact.ts';
import type { Workflow } from './workflow.ts';

/**
 * The host with the Actions cache behind its state folder, where the input `cache` asks for it. On a self-hosted runner the tools come from its
 * own tool cache, which is nearer.
 */
export async function withCache(workflow: Workflow, api: Api | null): Promise<Host> {
  const { inputs, run, runner, host } = workflow;
  if (!inputs.cache) return host;
  if (run.selfHosted) await findInToolCache(join(host.home, 'tools'), host.version);
  return { ...host, remote: actionsCache(runner.log), ...(api === null ? {} : { baseArtifact: artifactBaseline(workflow, api) }) };
}

/**
 * Keeps head's snapshot, the target folder and the tools, on push alone: what a pull request saves no other can read. The snapshot is the
 * next pull request's base, so it goes first, under its exact key.
 */
export async function keepForLater({ inputs, run, runner, host }: Workflow, both: MeasuredBoth): Promise<void> {
  if (!inputs.cache) return;
  const tools = join(host.home, 'tools');
  if (run.selfHosted && !(await findInToolCache(tools, host.version))) await keepInToolCache(tools, host.version, runner.log);
  if (run.event.kind !== 'push') return;
  const remote = actionsCache(runner.log);
  for (const { path, key } of both.worthKeeping) await remote.save([path], key);
}

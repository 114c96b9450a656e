import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findInToolCache, keepInToolCache } from '../cache/tool-cache.ts';
import type { Api } from '../github/api.ts';
import type { Host } from '../host.ts';
import type { MeasuredBoth } from '../measure/both.ts';
import { artifactBaseline } from './base-artifact.ts';
import type { Workflow } from './workflow.ts';

/**
 * The host with the Actions cache behind its state folder, where the input `cache` asks for it. On a self-hosted runner the tools come from its
 * own tool cache, which is nearer.
 */
export async function withCache(workflow: Workflow, api: Api | null): Promise<Host> {
  const { inputs, run, host } = workflow;
  if (!inputs.cache) return host;
  if (run.selfHosted) await findInToolCache(join(host.home, 'tools'), host.version);
  return { ...host, remote: workflow.cache, ...(api === null ? {} : { baseArtifact: artifactBaseline(workflow, api) }) };
}

/**
 * Keeps head's snapshot, the target folder and the tools, on pushes of the default branch alone: what a pull request saves no other can read. The snapshot is the
 * next pull request's base, so it goes first, under its exact key.
 */
export async function keepForLater({ inputs, run, runner, host, cache }: Workflow, both: MeasuredBoth): Promise<void> {
  if (!inputs.cache) return;
  const tools = join(host.home, 'tools');
  const own = await holdsOwnTools(tools);
  if (own && run.selfHosted && !(await findInToolCache(tools, host.version))) await keepInToolCache(tools, host.version, runner.log);
  // What a tag or a feature branch saves crowds out what every pull request reads: GitHub keeps 10 GB for a repository.
  if (run.event.kind !== 'push' || !run.event.onDefaultBranch) return;
  for (const { path, key } of both.worthKeeping) if (own || path !== tools) await cache.save([path], key);
}

/** Whether the tools were installed here: not a link to a shared folder, and more than links to what the machine has on PATH. */
async function holdsOwnTools(folder: string): Promise<boolean> {
  const info = await lstat(folder).catch(() => null);
  if (info === null || !info.isDirectory()) return false;
  return (await readdir(folder)).some((name) => !name.startsWith('bin-'));
}

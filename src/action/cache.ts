import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFiles } from '../cache/digests.ts';
import { toolsKey, tracersKey } from '../cache/keys.ts';
import { findInToolCache, keepInToolCache } from '../cache/tool-cache.ts';
import { messageOf } from '../core/failures.ts';
import type { Api } from '../github/api.ts';
import { triggerOf } from '../github/trust.ts';
import { FOREIGN } from '../github/trust-rules.ts';
import type { Host, RemoteStore } from '../host.ts';
import type { MeasuredBoth } from '../measure/both.ts';
import { distribution } from '../tools/distribution.ts';
import { platformOf } from '../tools/pins.ts';
import { findStoredTracers, TRACERS_FOLDER } from '../tools/tracers/stored.ts';
import { artifactBaseline } from './base-artifact.ts';
import { pullRequestNumber } from './event.ts';
import type { Workflow } from './workflow.ts';

/**
 * The host with the Actions cache behind its state folder, where the input `cache` asks for it. On a self-hosted runner the tools come from its
 * own tool cache, which is nearer; there code that nobody has reviewed gets a state folder of its own, and neither reads what is kept nor adds to it.
 */
export async function withCache(workflow: Workflow, api: Api | null): Promise<Host> {
  const { inputs, run } = workflow;
  const apart = isApart(workflow);
  const bringsTracers = inputs.bringsTracers && inputs.check.init.kind === 'local';
  const host = { ...workflow.host, bringsTracers, ...(apart ? { home: join(run.temp, 'coldgate-home') } : {}) };
  if (apart) await rm(host.home, { recursive: true, force: true });
  if (!inputs.cache) return host;
  const tools = join(host.home, 'tools');
  if (run.selfHosted && !apart) await findInToolCache(tools, host.version);
  return {
    ...host,
    remote: ofOthers(workflow, api),
    // Before anything is built: what runs later could change them.
    onTools: async () => {
      await keepTools(workflow, tools);
      if (host.home === workflow.host.home) await keepTracers(workflow);
    },
    ...(api === null ? {} : { baseArtifact: artifactBaseline(workflow, api) }),
  };
}

/** Whether foreign code would run on a machine that outlives the job. */
function isApart({ run }: Workflow): boolean {
  return run.selfHosted && FOREIGN.includes(triggerOf(run.event));
}

/**
 * The cache, without what a pull request's own runs may have put there: no run of coldgate saves on a pull request, but its code can, with the
 * job's own token, and would be asked first. What GitHub does not tell is not used by foreign code's runs.
 */
function ofOthers(workflow: Workflow, api: Api | null): RemoteStore {
  const { run, runner, cache } = workflow;
  const number = run.event.kind === 'pull-request' ? pullRequestNumber(run) : null;
  if (number === null) return cache;
  const isForeign = FOREIGN.includes(triggerOf(run.event));
  const isTheirs = async (key: string): Promise<boolean> => {
    if (api === null) return isForeign;
    try {
      const theirs = await api.cachesIn(`refs/pull/${number}/merge`, key);
      if (theirs > 0) runner.warn(`the cache holds ${key} of a run of this pull request, which coldgate has not saved: it is not used`);
      return theirs > 0;
    } catch (error) {
      runner.log(`whose ${key} the cache holds cannot be told (${messageOf(error)})${isForeign ? ': it is not used' : ''}`);
      return isForeign;
    }
  };
  return {
    restore: async (paths, key, prefixes) => ((await isTheirs(prefixes[0] ?? key)) ? null : cache.restore(paths, key, prefixes)),
    save: cache.save,
  };
}

/** Keeps freshly installed tools, for other jobs of a self-hosted runner and, on push, in the cache. */
async function keepTools({ run, runner, host, cache }: Workflow, tools: string): Promise<void> {
  const own = tools === join(host.home, 'tools') && (await holdsOwnTools(tools));
  if (!own) return;
  if (run.selfHosted && !(await findInToolCache(tools, host.version))) await keepInToolCache(tools, host.version, runner.log);
  if (run.event.kind === 'push' && run.event.onDefaultBranch) await cache.save([tools], toolsKey());
}

/** Keeps what was brought to count with, on a push of the default branch, as the tools are. */
async function keepTracers({ run, host, cache }: Workflow): Promise<void> {
  const machine = distribution();
  if (!(run.event.kind === 'push' && run.event.onDefaultBranch) || machine === null) return;
  const stored = await findStoredTracers(host.home, platformOf(), machine);
  if (stored !== null) await cache.save([join(host.home, TRACERS_FOLDER)], tracersKey(machine, stored.packages));
}

/**
 * Keeps head's snapshot and the target folder, on a push of the default branch alone: what is saved elsewhere no other can read. The snapshot is the next pull
 * request's base, so it goes first, under its exact key.
 */
export async function keepForLater({ inputs, run, runner, cache }: Workflow, both: MeasuredBoth): Promise<void> {
  // What a tag or a feature branch saves crowds out what every pull request reads: GitHub keeps 10 GB for a repository.
  if (!inputs.cache || run.event.kind !== 'push' || !run.event.onDefaultBranch) return;
  try {
    await checkFiles(both.head, [...both.head.digests.keys()]);
  } catch (error) {
    runner.warn(`nothing is kept: ${messageOf(error)}`);
    return;
  }
  for (const { path, key } of both.worthKeeping) await cache.save([path], key);
}

/** Whether the tools were installed here: not a link to a shared folder, and more than links to what the machine has on PATH. */
async function holdsOwnTools(folder: string): Promise<boolean> {
  const info = await lstat(folder).catch(() => null);
  if (info === null || !info.isDirectory()) return false;
  return (await readdir(folder)).some((name) => !name.startsWith('bin-'));
}

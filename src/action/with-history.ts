import type { HistoryLine } from '../core/history/line.ts';
import { credentialsFor } from '../git/fetch.ts';
import { withoutGitVariables } from '../git/repository.ts';
import { branchStore } from '../history/branch.ts';
import type { Remote } from '../history/private-repository.ts';
import type { Host } from '../host.ts';
import { originOf, type Workflow } from './workflow.ts';

/**
 * The host with the repository's history behind it, which is read once a run and only where a limit asks for an earlier commit. `contents: read` is
 * enough, and nobody without the right to push can have written to it.
 */
export function withHistory(workflow: Workflow, host: Host): Host {
  const { inputs, run } = workflow;
  let lines: Promise<readonly HistoryLine[]> | null = null;
  const read = async (): Promise<readonly HistoryLine[]> => {
    const format = run.sha.length === 64 ? 'sha256' : 'sha1';
    const history = await branchStore(historyRemote(workflow), { scratch: run.temp, signal: host.signal, format }).read();
    return [...(history?.months.values() ?? [])].flatMap((month) => month.lines);
  };
  return {
    ...host,
    history: {
      leg: seriesOfLeg(inputs.key, inputs.leg),
      read: () => {
        lines ??= read();
        return lines;
      },
    },
  };
}

/** Whose lines those of a leg are. */
export function seriesOfLeg(key: string, leg: string): string {
  return key === 'default' ? leg : `${key}/${leg}`;
}

/** Where it is read and written. */
export function historyRemote(workflow: Workflow): Remote {
  const origin = originOf(workflow);
  const env = withoutGitVariables(workflow.host.env);
  return { url: origin.address, env: { ...env, ...credentialsFor(origin, env) } };
}

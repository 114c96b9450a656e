import { type ArtifactRun, listOwnArtifacts } from '../cache/artifact.ts';
import { messageOf, ToolError } from '../core/failures.ts';
import { apiOf, type Workflow } from './workflow.ts';

/** An artifact and the way to it. */
export interface Uploaded {
  readonly id: number;
  readonly name: string;
  /** Of the ZIP, as GitHub says; known before anything is downloaded. */
  readonly size: number;
  readonly from: ArtifactRun;
}

interface Listed extends Uploaded {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * The newest of each name that a run has uploaded, over its attempts: by time, since ids tell nothing. By REST, for the runner's own service
 * lists what attempts before a partial re-run uploaded and hands out none of it. Of this job's own run the service is asked too: it needs no
 * right, and knows what was uploaded a moment ago.
 */
export async function artifactsOf(workflow: Workflow, runId: number): Promise<readonly Uploaded[]> {
  const own = runId === workflow.run.runId;
  const [byRest, byService] = await Promise.allSettled([listByRest(workflow, runId), own ? listByService() : Promise.resolve([])]);
  if (byRest.status === 'rejected' && (!own || byService.status === 'rejected')) {
    const { reason } = byRest;
    throw new ToolError(`the artifacts of ${own ? 'this run' : `run ${runId}`} cannot be listed: ${messageOf(reason)}`, { cause: reason });
  }
  const [rest, service] = [byRest, byService].map((result) => (result.status === 'fulfilled' ? result.value : []));
  return newestOfEach([...(rest ?? []), ...(service ?? [])]);
}

async function listByRest(workflow: Workflow, runId: number): Promise<readonly Listed[]> {
  const { inputs, run } = workflow;
  const api = apiOf(workflow);
  if (api === null) throw new ToolError('there is no github-token (the job needs actions: read)');
  const from = { token: inputs.token, runId, owner: run.owner, repository: run.repository };
  const artifacts = await api.artifactsOf(runId);
  return artifacts.filter(({ expired }) => !expired).map(({ createdAt, ...one }) => ({ ...one, from, at: Date.parse(createdAt) }));
}

async function listByService(): Promise<readonly Listed[]> {
  const artifacts = await listOwnArtifacts();
  return artifacts.map(({ createdAt, ...one }) => ({ ...one, from: null, at: createdAt?.getTime() ?? 0 }));
}

/** The first of those that are one and the same counts: both ways may lead to it. */
function newestOfEach(artifacts: readonly Listed[]): readonly Uploaded[] {
  const newest = new Map<string, Listed>();
  for (const artifact of artifacts) {
    const known = newest.get(artifact.name);
    // One way tells whole seconds, the other more.
    if (known === undefined || (artifact.id !== known.id && artifact.at > known.at)) newest.set(artifact.name, artifact);
  }
  return [...newest.values()];
}

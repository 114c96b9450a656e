import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, ToolError } from '../core/failures.ts';

/** Another run's artifacts, for `report` under `workflow_run`; `null`: this run's own. */
export type ArtifactRun = { readonly token: string; readonly runId: number; readonly owner: string; readonly repository: string } | null;

export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
  /** Of the ZIP, as GitHub says; known before anything is downloaded. */
  readonly size: number;
  readonly createdAt: Date | undefined;
}

/** Uploads files (below `root`) as one artifact. Throws a ToolError that names it and what it needs. */
export async function uploadArtifact(name: string, files: readonly string[], root: string): Promise<void> {
  try {
    const { DefaultArtifactClient } = await import('@actions/artifact');
    await new DefaultArtifactClient().uploadArtifact(name, [...files], root);
  } catch (cause) {
    throw new ToolError(`the artifact ${name} cannot be uploaded: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Uploads one file as it is, under its own name, which a browser shows (https://github.blog/changelog/2026-02-26-github-actions-now-supports-uploading-and-downloading-non-zipped-artifacts).
 * Answers its id; throws a ToolError as `uploadArtifact` does.
 */
export async function uploadFile(file: string): Promise<number> {
  const name = basename(file);
  try {
    const { DefaultArtifactClient } = await import('@actions/artifact');
    const { id } = await new DefaultArtifactClient().uploadArtifact(name, [file], dirname(file), { skipArchive: true });
    if (id === undefined) throw new Error('GitHub gave it no id');
    return id;
  } catch (cause) {
    throw new ToolError(`the artifact ${name} cannot be uploaded: ${messageOf(cause)}`, { cause });
  }
}

/** This run's artifacts as the runner's own service lists them, those of attempts before a partial re-run among them. Needs no right. */
export async function listOwnArtifacts(): Promise<readonly StoredArtifact[]> {
  try {
    const { DefaultArtifactClient } = await import('@actions/artifact');
    const { artifacts } = await new DefaultArtifactClient().listArtifacts({ latest: false });
    return artifacts.map(({ id, name, size, createdAt }) => ({ id, name, size, createdAt }));
  } catch (cause) {
    throw new ToolError(`the artifacts of this run cannot be listed: ${messageOf(cause)}`, { cause });
  }
}

/** Brings an artifact into an empty folder as the ZIP it is, not unpacked, and answers its path. */
export async function downloadArtifact(
  artifact: { readonly id: number; readonly name: string },
  run: ArtifactRun,
  folder: string,
): Promise<string> {
  try {
    const { DefaultArtifactClient } = await import('@actions/artifact');
    await new DefaultArtifactClient().downloadArtifact(artifact.id, { path: folder, skipDecompress: true, ...findBy(run) });
    // Its name comes from the answer's headers: the folder holds nothing else.
    const [file] = await readdir(folder);
    if (file === undefined) throw new Error('nothing arrived');
    return join(folder, file);
  } catch (cause) {
    throw new ToolError(`the artifact ${artifact.name} cannot be downloaded: ${messageOf(cause)}`, { cause });
  }
}

function findBy(run: ArtifactRun): object {
  if (run === null) return {};
  return { findBy: { token: run.token, workflowRunId: run.runId, repositoryOwner: run.owner, repositoryName: run.repository } };
}

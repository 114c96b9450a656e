import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadArtifact } from '../cache/artifact.ts';
import { ToolError, UsageError } from '../core/failures.ts';
import { contradictionOf } from '../github/pull-request.ts';
import { isWord, type ShardInput } from '../options/inputs.ts';
import type { AbsentLeg, MeasuringRun } from '../report/text/legs.ts';
import { artifactsOf, type Uploaded } from './artifacts.ts';
import { headSha } from './event.ts';
import { artifactName, COLD_START_SUFFIX, type Leg, readLeg } from './leg.ts';
import { artifactMistake, SnapshotBudget } from './leg-bounds.ts';
import { readLegName, SPLIT_SUFFIX, shardSuffix } from './shards.ts';
import { runUrl, type Workflow, type WorkflowRun } from './workflow.ts';

/** A leg as it was uploaded: read, and nothing of it judged yet. */
export type Collected<T = Leg> = AbsentLeg | { readonly kind: 'read'; readonly name: string; readonly contents: T };

/** A leg that was read, where it lies: as the artifact's ZIP, with a folder of its own that is gone afterwards. */
export interface Arrived {
  readonly name: string;
  readonly contents: Leg;
  readonly zip: string;
  readonly scratch: string;
}

/** What a mode takes out of a leg while it is there. A UsageError or ToolError refuses the leg. */
export type Take<T> = (leg: Arrived) => Promise<T>;

/** What lies beside the legs. */
const OTHERS = [COLD_START_SUFFIX, SPLIT_SUFFIX];

/** Every leg that is expected or was uploaded, and each of its shards: taken, missing, or refused with the reason. */
export async function collectLegs<T>(workflow: Workflow, take: Take<T>): Promise<readonly Collected<T>[]> {
  const { inputs, run } = workflow;
  const prefix = artifactName(inputs.key, '');
  const artifacts = await artifactsOf(workflow, run.event.kind === 'workflow-run' ? run.event.id : run.runId);
  const uploaded = artifacts.flatMap((artifact): readonly LegArtifact[] => {
    const name = artifact.name.slice(prefix.length);
    const isLeg = artifact.name.startsWith(prefix) && !OTHERS.some((suffix) => name.endsWith(suffix));
    return isLeg ? [{ ...readLegName(name), name, artifact }] : [];
  });
  const ended = endOf(run);
  const legs: Collected<T>[] = [];
  const budget = new SnapshotBudget();
  for (const leg of new Set(inputs.legs.length > 0 ? inputs.legs : uploaded.map((one) => one.leg))) {
    const parts = uploaded.filter((one) => one.leg === leg);
    // Of artifacts that nobody listed the name is the measuring job's: no path and no name of another artifact is made of one that is no leg's.
    if (!isWord(leg)) legs.push({ kind: 'refused', name: leg, reason: 'no leg can have this name' });
    else if (parts.length === 0) legs.push({ kind: 'missing', name: leg, run: ended });
    else for (const part of parts) legs.push(await collectLeg(workflow, part, { take, budget }));
  }
  // Which of them it did not come to cannot be known: nothing passes because of that.
  if (ended !== null && inputs.legs.length === 0)
    legs.push({ kind: 'missing', name: legs.length === 0 ? inputs.leg : 'any other', run: ended });
  return legs;
}

/** How the measuring run ended, where that was not well. */
function endOf(run: WorkflowRun): MeasuringRun | null {
  if (run.event.kind !== 'workflow-run' || run.event.conclusion === null) return null;
  const { conclusion, id } = run.event;
  return WELL.includes(conclusion) ? null : { conclusion, url: runUrl(run, id) };
}

const WELL = ['success', 'neutral'];

/** A leg's artifact, or one of a leg's shards. */
interface LegArtifact {
  readonly leg: string;
  readonly shard: ShardInput | null;
  /** Both in one. */
  readonly name: string;
  readonly artifact: Uploaded;
}

async function collectLeg<T>(
  workflow: Workflow,
  { leg, shard, name, artifact }: LegArtifact,
  { take, budget }: { readonly take: Take<T>; readonly budget: SnapshotBudget },
): Promise<Collected<T>> {
  const { inputs, run } = workflow;
  const refused = (reason: string): AbsentLeg => ({ kind: 'refused', name, reason });
  const mistake = artifactMistake(artifact.size);
  if (mistake !== null) return refused(mistake);
  const scratch = join(run.temp, `coldgate-leg-${artifact.id}`);
  try {
    await rm(scratch, { recursive: true, force: true });
    await mkdir(join(scratch, 'zip'), { recursive: true });
    const zip = await downloadArtifact(artifact, artifact.from, join(scratch, 'zip'));
    const contents = await readLeg(zip, artifact.name, scratch, budget);
    const { key, leg: of, shard: part, headSha: measured } = contents.description;
    // The event's own head: in a merge queue that is the group's, not the pull request's.
    const contradiction = contradictionOf(measured, headSha(run));
    if (contradiction !== null) return refused(contradiction);
    if (key !== inputs.key || of !== leg || part?.index !== shard?.index || part?.count !== shard?.count)
      return refused(`its artifact says that it is leg ${of}${shardSuffix(part)} of key ${key}`);
    return { kind: 'read', name, contents: await take({ name, contents, zip, scratch }) };
  } catch (error) {
    if (error instanceof UsageError || error instanceof ToolError) return refused(error.message);
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

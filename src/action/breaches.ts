import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { downloadArtifact } from '../cache/artifact.ts';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import type { SeenBreach } from '../core/judge/accepted.ts';
import { FULL_SHA } from '../core/sha.ts';
import type { Api } from '../github/api.ts';
import { isAfter, newestFirst } from '../github/instant.ts';
import type { RunArtifact } from '../github/runs.ts';
import type { ReadReport, Report, SeenBy } from '../github/seen.ts';
import { mostBytes, openTexts, parseWritten } from './leg.ts';
import { attemptOfReport, type Workflow, type WorkflowRun } from './workflow.ts';

/** What a report came to, beside it in its artifact: what a label that is set afterwards accepts. */
const SCHEMA = 'coldgate/breaches@2';
const FILE = 'breaches.json';
/** A thousand breaches stay far below. */
const MAX_BYTES = 4_000_000;
const MAX_ARTIFACT_BYTES = 500_000_000;

const figure = z.number().nullable();
const shape = z.strictObject({
  schema: z.literal(SCHEMA),
  key: z.string().max(64),
  pull: z.int().nullable(),
  head: z.string().regex(FULL_SHA),
  of: z.strictObject({ run: z.int().positive(), attempt: z.int().positive() }),
  breaches: z
    .array(
      z.strictObject({
        leg: z.string().max(1_024),
        function: z.string().max(1_024),
        kind: z.enum(['limit', 'init', 'first-response', 'cold-start', 'unchecked']),
        metric: z.string().max(1_024).nullable(),
        base: figure,
        head: figure,
      }),
    )
    .max(10_000),
});

/** Of which pull request, at which head. */
export interface Reported {
  readonly pull: number | null;
  readonly head: string;
  readonly breaches: readonly SeenBreach[];
}

/** Writes it as a file of the folder and answers its path. */
export async function writeBreaches(
  folder: string,
  { inputs, run }: Pick<Workflow, 'inputs' | 'run'>,
  { pull, head, breaches }: Reported,
): Promise<string> {
  const path = join(folder, FILE);
  await writeFile(path, `${JSON.stringify({ schema: SCHEMA, key: inputs.key, pull, head, of: measuredBy(run), breaches })}\n`);
  return path;
}

/** The attempt whose figures a report is of: nothing of GitHub's tells later which run a `workflow_run` run was for. */
function measuredBy({ event, runId, attempt }: WorkflowRun): { readonly run: number; readonly attempt: number } {
  return event.kind === 'workflow-run' ? { run: event.id, attempt: event.attempt } : { run: runId, attempt };
}

/**
 * Reads what a run of this key had reported, out of its artifact of that attempt, or its newest. `by`: how it is known that it reported; of what a
 * status links only a run that judges is read.
 */
export function reportReader(workflow: Workflow, api: Api, by: SeenBy['kind']): ReadReport {
  const { inputs, run } = workflow;
  return async (from) => {
    if (by === 'status' && !(await mayReport(workflow, api, from.run)))
      return { kind: 'refused', reason: `run ${from.run} is of a pull request's own code: what it uploaded is no report` };
    const isAsked = (attempt: number | null): boolean => attempt !== null && (from.attempt === null || attempt === from.attempt);
    const all = (await api.artifactsOf(from.run)).filter(
      ({ name, createdAt }) => isAsked(attemptOfReport(inputs.key, name)) && (from.before === null || isAfter(from.before, createdAt)),
    );
    const [newest] = newestFirst(all, ({ createdAt }) => createdAt);
    if (newest === undefined) return { kind: 'absent' };
    const refused = (reason: string): Report => ({ kind: 'refused', reason: `the report of run ${from.run} ${reason}` });
    if (newest.expired) return refused('has expired');
    const scratch = join(run.temp, 'coldgate-accepted');
    try {
      const { key, pull, head, of, breaches } = await readArtifact(workflow, from.run, newest, scratch);
      return key === inputs.key ? { kind: 'read', pull, head, of, breaches } : refused('was on something else');
    } catch (error) {
      if (error instanceof UsageError || error instanceof ToolError) return refused(`cannot be read (${messageOf(error)})`);
      throw error;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  };
}

/**
 * Whether a run that a status links can hold a report: one by `workflow_run`, whose file is the default branch's; and where the report is a job
 * beside those that measure, any of this repository's branches, since a fork's sets no status. Code of a pull request uploads what it likes.
 */
async function mayReport({ run }: Workflow, api: Api, id: number): Promise<boolean> {
  const { event, headRepository } = await api.run(id);
  return event === 'workflow_run' || (run.event.kind !== 'workflow-run' && headRepository === `${run.owner}/${run.repository}`);
}

async function readArtifact(
  { inputs, run }: Workflow,
  runId: number,
  artifact: RunArtifact,
  scratch: string,
): Promise<z.infer<typeof shape>> {
  if (artifact.size > MAX_ARTIFACT_BYTES) throw new UsageError(`${artifact.size} bytes is more than a report can be`);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(join(scratch, 'zip'), { recursive: true });
  // By its run, over REST: a re-run gets no address of what an earlier attempt uploaded.
  const from = { token: inputs.token, runId, owner: run.owner, repository: run.repository };
  const zip = await downloadArtifact(artifact, from, join(scratch, 'zip'));
  const { text } = await openTexts(zip, artifact.name, { unpacked: MAX_ARTIFACT_BYTES, scratch });
  return parseWritten(shape, await text(FILE, mostBytes(FILE, MAX_BYTES)), `${artifact.name}: ${FILE}`, 'the runs of a pull request');
}

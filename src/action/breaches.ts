import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { downloadArtifact } from '../cache/artifact.ts';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import type { SeenBreach } from '../core/judge/accepted.ts';
import { FULL_SHA } from '../core/sha.ts';
import type { Api } from '../github/api.ts';
import { isAfter } from '../github/instant.ts';
import type { RunArtifact } from '../github/runs.ts';
import { openTexts, parseWritten } from './leg.ts';
import { reportArtifact, type Workflow } from './workflow.ts';

/** What a report came to, beside it in its artifact: what a label that is set afterwards accepts. */
const SCHEMA = 'coldgate/breaches@1';
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
  breaches: z
    .array(
      z.strictObject({
        leg: z.string().max(1_024),
        function: z.string().max(1_024),
        kind: z.enum(['limit', 'init', 'cold-start', 'unchecked']),
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

export async function writeBreaches(folder: string, key: string, { pull, head, breaches }: Reported): Promise<string> {
  const path = join(folder, FILE);
  await writeFile(path, `${JSON.stringify({ schema: SCHEMA, key, pull, head, breaches })}\n`);
  return path;
}

export type ReadBreaches =
  | { readonly kind: 'read'; readonly breaches: readonly SeenBreach[] }
  /** That run has left no artifact of a report: GitHub Enterprise Server takes none. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: string };

/** What run `runId` had reported on this pull request and head by then, the newest attempt's. */
export async function readBreaches(
  workflow: Workflow,
  api: Api,
  from: { readonly run: number; readonly before: string; readonly pull: number; readonly head: string },
): Promise<ReadBreaches> {
  const { inputs, run } = workflow;
  const prefix = reportArtifact(inputs.key, '');
  const [newest] = (await api.artifactsOf(from.run))
    .filter(({ name, createdAt }) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)) && isAfter(from.before, createdAt))
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  if (newest === undefined) return { kind: 'absent' };
  const refused = (reason: string): ReadBreaches => ({ kind: 'refused', reason: `the report of run ${from.run} ${reason}` });
  if (newest.expired) return refused('has expired');
  const scratch = join(run.temp, 'coldgate-accepted');
  try {
    const found = await readArtifact(workflow, from.run, newest, scratch);
    if (found.key !== inputs.key || found.pull !== from.pull || found.head !== from.head) return refused('was on something else');
    return { kind: 'read', breaches: found.breaches };
  } catch (error) {
    if (error instanceof UsageError || error instanceof ToolError) return refused(`cannot be read (${messageOf(error)})`);
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
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
  const text = await openTexts(zip, artifact.name, { unpacked: MAX_ARTIFACT_BYTES, scratch });
  return parseWritten(shape, await text(FILE, MAX_BYTES), `${artifact.name}: ${FILE}`, 'the runs of a pull request');
}

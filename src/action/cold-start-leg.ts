import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { downloadArtifact, uploadArtifact } from '../cache/artifact.ts';
import { ToolError, UsageError } from '../core/failures.ts';
import { FULL_SHA } from '../core/sha.ts';
import { coldStartMeasurement } from '../core/snapshot/cold-start.ts';
import type { Snapshot } from '../core/snapshot/snapshot.ts';
import type { MeasuredColdStarts } from '../measure/cold-start.ts';
import { artifactsOf, type Uploaded } from './artifacts.ts';
import type { Arrived, Take } from './collect.ts';
import { artifactName, COLD_START_SUFFIX, type Leg, mostBytes, openTexts, parseWritten } from './leg.ts';
import type { Workflow } from './workflow.ts';

/** What one `cold-start` job adds to a leg: the measurements alone, by function, for the commits that it names. */
const COLD_START_SCHEMA = 'coldgate/cold-start@2';

const FILE = 'cold-start.json';
/** Sixty pairs of fifty functions at ten sizes stay far below. */
const MAX_BYTES = 32_000_000;

const LEFT = 'left-on-aws';
const sha = z.string().regex(FULL_SHA);
const side = z.strictObject({
  sha,
  /** What could not be deleted, at head. */
  notes: z
    .array(z.strictObject({ code: z.literal(LEFT), text: z.string().max(4_096) }))
    .max(10)
    .optional(),
  functions: z.array(z.strictObject({ name: z.string().min(1).max(1_024), coldStart: coldStartMeasurement.nullable() })).max(2_000),
});
const coldStartLeg = z.strictObject({
  schema: z.literal(COLD_START_SCHEMA),
  key: z.string().max(64),
  leg: z.string().max(64),
  base: side.nullable(),
  head: side,
});

type ColdStartLeg = z.infer<typeof coldStartLeg>;
type ColdStartSide = z.infer<typeof side>;

/** Uploads what was sampled of a leg. */
export async function uploadColdStarts({ inputs, run }: Workflow, leg: string, { base, head }: MeasuredColdStarts): Promise<void> {
  const name = `${artifactName(inputs.key, leg)}${COLD_START_SUFFIX}`;
  const root = join(run.temp, name);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  const contents: ColdStartLeg = {
    schema: COLD_START_SCHEMA,
    key: inputs.key,
    leg,
    base: base === null ? null : sideOf(base),
    head: sideOf(head),
  };
  await writeFile(join(root, FILE), `${JSON.stringify(contents)}\n`);
  await uploadArtifact(name, [join(root, FILE)], root);
}

function sideOf({ commit, functions, notes }: Snapshot): ColdStartSide {
  const left = notes.flatMap(({ code, text }) => (code === LEFT ? [{ code, text } as const] : []));
  return {
    sha: commit.sha,
    ...(left.length === 0 ? {} : { notes: left }),
    functions: functions.map(({ name, coldStart }) => ({ name, coldStart })),
  };
}

/** Legs with their cold starts. */
export interface ColdStartsBeside {
  readonly take: Take<Leg>;
  /** Why a leg that was taken has none although its job ended well; `null`: each has. */
  readonly lost: () => string | null;
}

/**
 * Takes legs with the cold starts that a job of this run has sampled of them. As with a leg itself, what comes in the artifact is data, and one
 * that is not of the leg's commits is `lost`. Only of a job that GitHub says has ended well: artifacts have no owner, and another job of this
 * run can upload one of that name; where the cold-start job has run, its own upload of it would have failed.
 */
export async function coldStartsBeside(workflow: Workflow): Promise<ColdStartsBeside> {
  const { inputs, run } = workflow;
  if (inputs.coldStartResult !== null && inputs.coldStartResult !== 'success')
    return { take: ({ contents }) => Promise.resolve(contents), lost: () => null };
  // Under workflow_run, too: the job that samples and the one that reports are of one run, after the one that measured.
  const uploaded = (await artifactsOf(workflow, run.runId)).filter(({ name }) => name.endsWith(COLD_START_SUFFIX));
  const reasons: string[] = [];
  const take: Take<Leg> = async (leg) => {
    const wanted = `${artifactName(inputs.key, leg.name)}${COLD_START_SUFFIX}`;
    const artifact = uploaded.find(({ name }) => name === wanted);
    if (inputs.coldStartResult === null) return unclaimed(leg, artifact);
    try {
      if (artifact === undefined) throw new UsageError(`the cold-start job ended well and uploaded nothing of leg ${leg.name}`);
      return await withColdStarts(leg, artifact, inputs.key);
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof ToolError)) throw error;
      reasons.push(error.message);
      return leg.contents;
    }
  };
  return { take, lost: () => reasons[0] ?? null };
}

function unclaimed({ contents }: Arrived, artifact: Uploaded | undefined): Promise<Leg> {
  if (artifact === undefined) return Promise.resolve(contents);
  throw new UsageError(
    `there is an artifact ${artifact.name}, and nothing says that a cold-start job made it: set \`cold-start-result: \${{ needs.cold-start.result }}\` in the report job that needs it`,
  );
}

async function withColdStarts({ name, contents, scratch }: Arrived, artifact: Uploaded, key: string): Promise<Leg> {
  const wanted = artifact.name;
  if (artifact.size > MAX_BYTES) throw new UsageError(`${wanted}: ${artifact.size} bytes is more than cold starts can be`);
  const folder = join(scratch, 'cold-start');
  await mkdir(folder);
  const zip = await downloadArtifact(artifact, artifact.from, folder);
  const { text } = await openTexts(zip, wanted, { unpacked: MAX_BYTES, scratch });
  const sampled = parseWritten(coldStartLeg, await text(FILE, mostBytes(FILE, MAX_BYTES)), `${wanted}: ${FILE}`, 'cold-start and report');
  if (sampled.key !== key || sampled.leg !== name) throw new UsageError(`${wanted}: it says that it is of leg ${sampled.leg}`);
  const { base, head } = contents;
  return {
    ...contents,
    base: base.kind === 'measured' ? { ...base, snapshot: withSide(base.snapshot, sampled.base, wanted) } : base,
    head: withSide(head, sampled.head, wanted),
  };
}

function withSide(snapshot: Snapshot, added: ColdStartSide | null, where: string): Snapshot {
  if (added === null) return snapshot;
  if (added.sha !== snapshot.commit.sha)
    throw new UsageError(`${where}: it is of commit ${added.sha.slice(0, 7)}, and what was measured is ${snapshot.commit.sha.slice(0, 7)}`);
  const byName = new Map(added.functions.map((fn) => [fn.name, fn.coldStart]));
  const functions = snapshot.functions.map((fn) => ({ ...fn, coldStart: byName.get(fn.name) ?? null }));
  return { ...snapshot, functions, notes: [...snapshot.notes, ...(added.notes ?? [])] };
}

import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { downloadArtifact, uploadArtifact } from '../cache/artifact.ts';
import { ToolError, UsageError } from '../core/failures.ts';
import { compareText } from '../core/pair.ts';
import type { Split } from '../core/shares.ts';
import { MOST_SHARDS, type ShardInput } from '../options/inputs.ts';
import { artifactsOf } from './artifacts.ts';
import { artifactName, mostBytes, openTexts, parseWritten } from './leg.ts';
import type { Workflow } from './workflow.ts';

/** What the first leg of a run writes down, so that every leg goes by one split: the times that it rests on may be others where a cache was filled in between. */
const SPLIT_SCHEMA = 'coldgate/split@1';
const FILE = 'split.json';
const MAX_BYTES = 8_000_000;

const written = z.strictObject({
  schema: z.literal(SPLIT_SCHEMA),
  split: z.array(z.array(z.string().min(1).max(2_049)).max(4_000)).max(MOST_SHARDS),
});

/** Behind the leg's name in the artifact of the split. */
export const SPLIT_SUFFIX = '@split';

/** How often a split that another leg is uploading this moment is looked for, a second apart. */
const LOOKS = 30;

/** `@shard-2-of-5`: behind the leg's name in its artifact's. */
export function shardSuffix(shard: ShardInput | null): string {
  return shard === null ? '' : `@shard-${shard.index}-of-${shard.count}`;
}

/** What `shardSuffix` wrote, with the leg's name; anything else is the name of a leg, if it can be one. */
export function readLegName(name: string): { readonly leg: string; readonly shard: ShardInput | null } {
  const [, leg = name, index, count] = /^([^@]+)@shard-([1-9]\d{0,2})-of-([1-9]\d{0,2})$/.exec(name) ?? [];
  return { leg, shard: index === undefined ? null : { index: Number(index), count: Number(count) } };
}

/** The same for the same split, whoever made it. */
export function splitDigest(split: Split): string {
  return createHash('sha256').update(JSON.stringify(split)).digest('hex');
}

/**
 * The split that all legs of this run go by: an artifact, which a run has once of each name. Whoever uploads it first has decided. One that is not of
 * these functions (an earlier attempt's, of another base), or that this job may not read (attempt 1's in a partial re-run, without `actions: read`),
 * is left: most often this leg comes to the same, and `report` takes no shards that went by different ones.
 */
export function agreeBy(workflow: Workflow): (own: Split) => Promise<Split> {
  const { inputs, run, runner } = workflow;
  const name = `${artifactName(inputs.key, inputs.leg)}${SPLIT_SUFFIX}`;
  const root = join(run.temp, name);
  return async (own) => {
    for (let look = 0; look < LOOKS; look++) {
      const found = await readSplit(workflow, name, join(root, 'found')).catch((error: unknown) => {
        if (error instanceof ToolError) return error;
        throw error;
      });
      const isRead = found !== null && !(found instanceof ToolError);
      if (isRead && isOfTheSame(found, own)) return found;
      if (found !== null) {
        const why = isRead
          ? 'shares out other functions than this commit and its base have, or among others'
          : `is not read: ${found.message}`;
        runner.log(`${name} ${why}: this leg goes by its own split`);
        return own;
      }
      const refused = await upload(own, name, root);
      if (refused === null) return own;
      if (look === LOOKS - 1) throw refused;
      // Another leg has the name and is not done, or the service is away.
      await wait(1_000);
    }
    return own;
  };
}

async function upload(split: Split, name: string, root: string): Promise<ToolError | null> {
  await mkdir(root, { recursive: true });
  await writeFile(join(root, FILE), `${JSON.stringify({ schema: SPLIT_SCHEMA, split })}\n`);
  try {
    await uploadArtifact(name, [join(root, FILE)], root);
    return null;
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
}

async function readSplit(workflow: Workflow, name: string, scratch: string): Promise<Split | null> {
  const artifact = (await artifactsOf(workflow, workflow.run.runId)).find((one) => one.name === name);
  if (artifact === undefined) return null;
  if (artifact.size > MAX_BYTES) throw new UsageError(`${name}: ${artifact.size} bytes is more than a split can be`);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(join(scratch, 'zip'), { recursive: true });
  const zip = await downloadArtifact(artifact, artifact.from, join(scratch, 'zip'));
  const { text } = await openTexts(zip, name, { unpacked: MAX_BYTES, scratch });
  return parseWritten(written, await text(FILE, mostBytes(FILE, MAX_BYTES)), `${name}: ${FILE}`, 'the legs').split;
}

/** As many shards, and every function in exactly one of them. */
function isOfTheSame(found: Split, own: Split): boolean {
  const listed = (split: Split): string => JSON.stringify(split.flat().toSorted(compareText));
  return found.length === own.length && listed(found) === listed(own);
}

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Outcome } from '../core/advise/remedy.ts';
import { readShape } from '../core/shape.ts';
import type { Invocation } from '../core/snapshot/snapshot.ts';

/** What candidates measured before, so that a run that was ended goes on from there. */
export interface Remembered {
  readonly find: (invocation: Invocation, sha: string) => Promise<Outcome | null>;
  readonly note: (invocation: Invocation, sha: string, outcome: Outcome) => Promise<void>;
}

/** Outcomes kept; those that were written longest ago go. */
const MOST = 400;

const text = z.string().max(4_096);
const figure = z.number().min(0).nullable();
const kept = z.strictObject({
  /** Instructions of the function as it was, in the same run. */
  base: figure,
  kind: z.enum(['measured', 'no-effect']),
  reason: text.optional(),
  figures: z
    .strictObject({ zip: z.number().min(0), binary: z.number().min(0), instructions: figure, faults: figure, memory: figure })
    .optional(),
  patch: z.string().max(4_000_000).optional(),
  link: text.optional(),
  unfit: text.nullable().optional(),
  verified: z.strictObject({ kind: z.enum(['passed', 'none']) }).optional(),
  started: z.boolean().optional(),
});

/** The machine's libraries and the environment are in each count: figures of another day are held against today's only where the function as it is counts the same. */
const SAME = 0.005;

/**
 * Opens the folder of outcomes. An outcome answers for the same tree, built, started and verified the same way (`asked`), while the function as it is
 * counts what it did then (`base`: its instructions). One that is damaged is measured again; what may be otherwise tomorrow (a build, a start or a
 * command that failed) is not kept.
 */
export function openRemembered(folder: string, asked: unknown, base: number | null): Remembered {
  const fileOf = (invocation: Invocation, sha: string): string => {
    const digest = createHash('sha256')
      .update(JSON.stringify([invocation, asked]))
      .digest('hex')
      .slice(0, 16);
    return join(folder, `${sha}-${digest}.json`);
  };
  return {
    find: async (invocation, sha) => {
      const written = await readFile(fileOf(invocation, sha), 'utf8').catch(() => null);
      if (written === null) return null;
      const read = readShape(kept, written);
      return read === null || !isNear(read.base, base) ? null : outcomeOf(read);
    },
    note: async (invocation, sha, outcome) => {
      const value = { base, ...outcome };
      if (!kept.safeParse(value).success) return;
      await mkdir(folder, { recursive: true });
      const file = fileOf(invocation, sha);
      await writeFile(`${file}.new`, JSON.stringify(value));
      await rename(`${file}.new`, file);
      await dropOldest(folder);
    },
  };
}

function isNear(then: number | null, now: number | null): boolean {
  return then === null || now === null ? then === now : Math.abs(now - then) <= then * SAME;
}

function outcomeOf({ kind, reason, ...rest }: z.infer<typeof kept>): Outcome | null {
  if (kind !== 'measured') return reason === undefined ? null : { kind, reason };
  const { figures, patch, link, unfit, verified, started } = rest;
  if (figures === undefined || patch === undefined || link === undefined || unfit === undefined) return null;
  if (verified === undefined || started === undefined) return null;
  return { kind, figures, patch, link, unfit, verified, started };
}

async function dropOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= MOST) return;
  const aged = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
  );
  for (const { name } of aged.sort((a, b) => b.time - a.time).slice(MOST)) await rm(join(folder, name), { force: true });
}

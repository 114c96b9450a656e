import { mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import * as z from 'zod';
import type { Advice } from '../core/advise/advice.ts';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import { readShape } from '../core/shape.ts';
import { quoteForShell } from '../options/repeat.ts';
import { ADVICE_SCHEMA, renderAdviceJson } from '../report/json/advice.ts';
import { isWorthTaking } from '../report/text/advice.ts';

const ADVICE_FILE = 'advice.json';
const TOGETHER_FILE = 'together.patch';

const earlier = z.object({ schema: z.literal(ADVICE_SCHEMA), remedies: z.array(z.object({ id: z.string() })) });

/** Refuses a folder that holds anything but an earlier advice, whose own list says which patches are its: a UsageError, before anything is built. */
export async function checkAdviceFolder(output: string, cwd: string): Promise<void> {
  const folder = resolve(cwd, output);
  const own = await ownFiles(folder);
  const foreign = (await readdir(folder).catch(() => [])).filter((name) => !own.includes(name));
  if (foreign.length > 0)
    throw new UsageError(
      `-o ${output} holds other files (${foreign.slice(0, 3).join(', ')}): name an empty folder, or that of an earlier advice`,
    );
}

/**
 * Writes a patch for each remedy that is worth taking, numbered as in the table, and everything as JSON, in place of an earlier advice; answers the
 * commands that take them, by remedy. What else the folder holds by now stays.
 */
export async function writeAdvice(advice: Advice, output: string, cwd: string): Promise<ReadonlyMap<string, string>> {
  const folder = resolve(cwd, output);
  const commands = new Map<string, string>();
  try {
    await mkdir(folder, { recursive: true });
    // Below the top git leaves out what a patch changes above, and says nothing.
    const top = relative(await realpath(cwd), advice.top);
    const command = async (name: string): Promise<string> => {
      const path = top === '' ? join(output, name) : relative(advice.top, join(await realpath(folder), name));
      return ['git', ...(top === '' ? [] : ['-C', top]), 'apply', path].map(quoteForShell).join(' ');
    };
    for (const name of await ownFiles(folder)) await rm(join(folder, name), { force: true });
    // First: a run that is ended on the way leaves nothing that the next one does not know as its own.
    await writeFile(join(folder, ADVICE_FILE), renderAdviceJson(advice));
    for (const [at, row] of advice.rows.entries()) {
      if (row.outcome.kind !== 'measured' || !isWorthTaking(advice, row)) continue;
      const name = patchName(at, row.remedy.id);
      await writeFile(join(folder, name), row.outcome.patch);
      commands.set(row.remedy.id, await command(name));
    }
    const { best } = advice.combination;
    if (best?.outcome.kind === 'measured') {
      await writeFile(join(folder, TOGETHER_FILE), best.outcome.patch);
      commands.set('together', await command(TOGETHER_FILE));
    }
  } catch (cause) {
    throw new ToolError(`-o ${output} cannot be written (${messageOf(cause)})`, { cause });
  }
  return commands;
}

function patchName(at: number, id: string): string {
  return `${String(at + 1).padStart(2, '0')}-${id.replaceAll(/[^\w.=-]+/g, '-').slice(0, 60)}.patch`;
}

/** The names that an earlier advice in this folder wrote; none without one. */
async function ownFiles(folder: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, ADVICE_FILE), 'utf8').catch(() => '');
  const read = readShape(earlier, text);
  return read === null ? [] : [ADVICE_FILE, TOGETHER_FILE, ...read.remedies.map(({ id }, at) => patchName(at, id))];
}

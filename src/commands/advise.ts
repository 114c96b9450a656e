import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { advise } from '../advise/advise.ts';
import type { Advice } from '../core/advise/advice.ts';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import type { Command } from '../options/command.ts';
import { renderAdviceJson } from '../report/json/advice.ts';
import { renderAdvice } from '../report/terminal/advice.ts';
import { isWorthTaking } from '../report/text/advice.ts';
import type { Io } from './io.ts';
import { checkFolder } from './report-files.ts';

const ADVICE_FILE = 'advice.json';

/** `coldgate advise`: what was tried, what each saves, and patches. Exit code 0, whether or not anything helps. */
export async function performAdvise(command: Extract<Command, { readonly verb: 'advise' }>, { host, screen, write }: Io): Promise<number> {
  if (command.output !== null) {
    await checkFolder('output', command.output, host);
    await refuseForeign(resolve(host.cwd, command.output), command.output);
  }
  const advice = await advise(command, host);
  const files = command.output === null ? new Map<string, string>() : await writePatches(advice, command.output, host.cwd);
  write(renderAdvice(advice, { ...screen, files }));
  return 0;
}

/** A folder with files of others stays as it is. */
async function refuseForeign(folder: string, named: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const foreign = names.filter((name) => name !== ADVICE_FILE && !name.endsWith('.patch'));
  if (foreign.length > 0) throw new UsageError(`-o ${named} holds other files (${foreign.slice(0, 3).join(', ')}): name an empty folder`);
}

/** Writes a patch for each remedy that is worth taking, in the order of the table, and everything as JSON; answers the files by remedy. */
async function writePatches(advice: Advice, output: string, cwd: string): Promise<ReadonlyMap<string, string>> {
  const folder = resolve(cwd, output);
  const files = new Map<string, string>();
  try {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) if (name.endsWith('.patch')) await rm(join(folder, name));
    for (const [at, row] of advice.rows.entries()) {
      if (row.outcome.kind !== 'measured' || !isWorthTaking(advice, row)) continue;
      const name = `${String(at + 1).padStart(2, '0')}-${row.remedy.id.replaceAll(/[^\w.=-]+/g, '-').slice(0, 60)}.patch`;
      await writeFile(join(folder, name), row.outcome.patch);
      files.set(row.remedy.id, join(output, name));
    }
    const { best } = advice.combination;
    if (best?.outcome.kind === 'measured') {
      await writeFile(join(folder, 'together.patch'), best.outcome.patch);
      files.set('together', join(output, 'together.patch'));
    }
    await writeFile(join(folder, ADVICE_FILE), renderAdviceJson(advice));
  } catch (cause) {
    throw new ToolError(`-o ${output} cannot be written (${messageOf(cause)})`, { cause });
  }
  return files;
}

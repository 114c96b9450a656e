import { join, resolve } from 'node:path';
import { checkExport, exportSnapshot } from '../cache/store.ts';
import { measure } from '../measure/both.ts';
import type { Command } from '../options/command.ts';
import type { Io } from './io.ts';
import { checkFolder } from './report-files.ts';

/** `coldgate measure`: this commit alone, into a folder. */
export async function performMeasure(command: Extract<Command, { readonly verb: 'measure' }>, { host, write }: Io): Promise<number> {
  const folder = resolve(host.cwd, command.output);
  await checkFolder('output', command.output, host);
  await checkExport(folder);
  await exportSnapshot(await measure(command.sources, command.init, host), folder);
  write(`${join(folder, 'snapshot.json')}\n`);
  return 0;
}

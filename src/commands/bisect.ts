import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, ToolError } from '../core/failures.ts';
import type { Command } from '../options/command.ts';
import { renderBisectionJson } from '../report/json/bisection.ts';
import { renderBisection } from '../report/terminal/walk.ts';
import { bisect } from '../walk/bisect.ts';
import { walkedMetric } from '../walk/value.ts';
import type { Io } from './io.ts';
import { checkReportFiles } from './report-files.ts';

/** `coldgate bisect`: exit code 0 where the commit was found. */
export async function performBisect(command: Extract<Command, { readonly verb: 'bisect' }>, { host, screen, write }: Io): Promise<number> {
  const { json } = command;
  await checkReportFiles({ json, markdown: null, html: null }, host);
  const metric = walkedMetric(command.metric, host.nameOf('metric'));
  const found = await bisect({ ...command, metric }, host);
  write(json === '-' ? renderBisectionJson(found) : renderBisection(found, screen));
  if (json !== null && json !== '-')
    await writeFile(resolve(host.cwd, json), renderBisectionJson(found)).catch((cause: unknown) => {
      throw new ToolError(`--json ${json} cannot be written (${messageOf(cause)}); what was found stands above`, { cause });
    });
  return 0;
}

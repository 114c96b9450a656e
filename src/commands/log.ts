import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, ToolError } from '../core/failures.ts';
import { renderLine } from '../core/history/line.ts';
import type { Metric } from '../core/metrics.ts';
import type { Command } from '../options/command.ts';
import { renderLog } from '../report/terminal/walk.ts';
import { log } from '../walk/log.ts';
import { walkedMetric } from '../walk/value.ts';
import type { Io } from './io.ts';
import { checkReportFiles } from './report-files.ts';

const USUAL: readonly Metric[] = ['zip', 'binary', 'dependencies'];

/** `coldgate log`: exit code 0, with a row for what does not build too; 3 where nothing could be measured. */
export async function performLog(command: Extract<Command, { readonly verb: 'log' }>, { host, screen, write }: Io): Promise<number> {
  const { json } = command;
  await checkReportFiles({ json, markdown: null, html: null }, host);
  const named = command.metrics.map((text) => walkedMetric(text, host.nameOf('metric')));
  const metrics = named.length === 0 ? USUAL : [...new Set(named)];
  const measured = await log({ ...command, metrics }, host);
  const lines = measured.lines.map((line) => `${renderLine(line)}\n`).join('');
  write(json === '-' ? lines : renderLog(measured, metrics, screen));
  if (json !== null && json !== '-')
    await writeFile(resolve(host.cwd, json), lines).catch((cause: unknown) => {
      throw new ToolError(`--json ${json} cannot be written (${messageOf(cause)}); the table above is whole`, { cause });
    });
  return measured.rows.every(({ reason }) => reason !== null) ? 3 : 0;
}

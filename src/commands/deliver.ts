import { writeFile } from 'node:fs/promises';
import { Cancelled, messageOf, ToolError } from '../core/failures.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { ReportFiles } from '../options/groups.ts';
import type { Flames } from '../report/page/page-of.ts';
import type { Io } from './io.ts';

/** What was found, and what each init that was counted was made of. */
interface Delivered {
  readonly outcome: Outcome;
  readonly flames: Flames;
}

/**
 * Writes the files that were asked for; standard output carries one report: the terminal's, or the one sent to `-`. A file that cannot be
 * written is a ToolError after the report was shown: the verdict is not lost.
 */
export async function deliver({ outcome, flames }: Delivered, files: ReportFiles, { host, screen, write }: Io): Promise<void> {
  if (host.signal.aborted) throw new Cancelled('cancelled');
  const reports = [
    { flag: '--json', file: files.json, render: async () => (await import('../report/json/json.ts')).renderJson(outcome) },
    {
      flag: '--markdown',
      file: files.markdown,
      render: async () => (await import('../report/markdown/markdown.ts')).renderMarkdown(outcome),
    },
    { flag: '--html', file: files.html, render: async () => (await import('../measure/page.ts')).pageText(outcome, flames) },
  ];
  const shown = reports.find(({ file }) => file === '-');
  write(shown === undefined ? (await import('../report/terminal/terminal.ts')).renderTerminal(outcome, screen) : await shown.render());
  for (const { flag, file, render } of reports) {
    if (file === null || file === '-') continue;
    const text = await render();
    await writeFile(file, text).catch((cause: unknown) => {
      throw new ToolError(`${flag} ${file} cannot be written (${messageOf(cause)}); the report above is whole`, { cause });
    });
  }
}

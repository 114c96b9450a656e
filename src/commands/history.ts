import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import { meaning } from '../core/function-names.ts';
import { type HistorySeries, seriesIn } from '../core/history/series.ts';
import { type Release, withReleases } from '../core/history/update.ts';
import { METRICS } from '../core/metrics.ts';
import { meant, nearestOf, quoted } from '../core/text.ts';
import { openUserRepository, type UserRepository } from '../git/repository.ts';
import { HOW_TO_BEGIN, releasesOf, storeOf } from '../history/clone.ts';
import { folderStore } from '../history/folder.ts';
import type { HistoryStore } from '../history/store.ts';
import type { Command } from '../options/command.ts';
import type { Io } from './io.ts';
import { checkFolder, checkReportFiles } from './report-files.ts';

type HistoryCommand = Extract<Command, { readonly verb: 'history' }>;

/** `coldgate history`: what the default branch's commits measured, as a table and in files; `add` appends snapshots to a folder. */
export async function performHistory(command: HistoryCommand, io: Io): Promise<number> {
  if (command.add !== null) return (await import('./history-add.ts')).addToHistory(command.add, io);
  const { host, say, screen, write } = io;
  await checkReportFiles(command.files, host);
  if (command.badges !== null) await checkFolder('badge', command.badges, host);
  const user = await cloneAt(command, io);
  const store = await openStore(command.folder, user, io);
  const read = await store.read();
  if (read === null) throw new UsageError(`there is no history yet (${store.name}): ${HOW_TO_BEGIN}`);
  for (const warning of read.warnings) say(`warning: ${warning}`);
  const releases: readonly Release[] = user === null ? [] : await releasesOf(user);
  const months = withReleases(read.months, releases);
  const all = seriesIn([...months.values()].flatMap(({ lines }) => lines));
  if (all.length === 0) throw new UsageError(nothingIn(store, read.warnings));
  const series = chosen(all, command.functions);
  refuseUnmeasured(series, command.metric);
  const reports = [
    {
      flag: '--json',
      file: command.files.json,
      render: async () => (await import('../report/json/history.ts')).renderHistoryJson(series, read.warnings),
    },
    { flag: '--csv', file: command.files.csv, render: async () => (await import('../report/csv.ts')).renderHistoryCsv(series) },
    { flag: '--html', file: command.files.html, render: () => pageOf(series, command.metric) },
  ];
  const shown = reports.find(({ file }) => file === '-');
  if (shown !== undefined) write(await shown.render());
  else write((await import('../report/terminal/history.ts')).renderHistory(series, { ...screen, metric: command.metric }));
  for (const { flag, file, render } of reports) {
    if (file === null || file === '-') continue;
    await writeFile(resolve(host.cwd, file), await render()).catch((cause: unknown) => {
      throw new ToolError(`${flag} ${file} cannot be written (${messageOf(cause)}); the table above is whole`, { cause });
    });
  }
  if (command.badges !== null) await writeBadges(resolve(host.cwd, command.badges), series);
  return 0;
}

function nothingIn({ name }: HistoryStore, warnings: readonly string[]): string {
  if (warnings.length > 0) return `no line of the history can be read (${name}): the warnings above say what is wrong with each`;
  return `there is no history yet (${name} has no line of it): ${HOW_TO_BEGIN}`;
}

async function pageOf(series: readonly HistorySeries[], metric: HistoryCommand['metric']): Promise<string> {
  const { historyViewer } = await import('../measure/page-viewer.ts');
  return (await import('../report/page/history-page.ts')).renderHistoryPage(series, metric, await historyViewer());
}

async function writeBadges(folder: string, series: readonly HistorySeries[]): Promise<void> {
  const { badgesOf } = await import('../report/badge.ts');
  await mkdir(folder, { recursive: true });
  for (const [path, text] of badgesOf(series)) await writeFile(join(folder, basename(path)), text);
}

/** The clone around this folder: where the branch and the tags are; a folder of lines needs none. */
async function cloneAt({ folder }: HistoryCommand, { host }: Io): Promise<UserRepository | null> {
  const opening = openUserRepository(host.cwd, host.env);
  if (folder === null) return opening;
  return opening.catch((error: unknown) => {
    if (error instanceof UsageError || error instanceof ToolError) return null;
    throw error;
  });
}

async function openStore(folder: string | null, user: UserRepository | null, { host }: Io): Promise<HistoryStore> {
  if (folder !== null || user === null) return folderStore(resolve(host.cwd, folder ?? '.'), host);
  return storeOf(user, { scratch: tmpdir(), signal: host.signal });
}

/** A table without a figure answers nothing. */
function refuseUnmeasured(series: readonly HistorySeries[], metric: HistoryCommand['metric']): void {
  const known = METRICS.map(({ name }) => name).filter((name) =>
    series.some(({ points }) => points.some(({ figures }) => figures[name] !== undefined)),
  );
  if (metric === null || known.includes(metric)) return;
  throw new UsageError(`--metric ${metric}: no commit of the history has a figure of it; there are ${known.join(', ')}`);
}

function chosen(all: readonly HistorySeries[], names: readonly string[]): readonly HistorySeries[] {
  const known = [...new Set(all.map((one) => one.function))];
  for (const name of names) {
    if (all.some((one) => meaning(name, { name: one.function, crate: one.crate }) !== null)) continue;
    throw new UsageError(
      `--function ${quoted(name)}: the history has no such function; it has ${known.map(quoted).join(', ')}${meant(nearestOf(name, known))}`,
    );
  }
  if (names.length === 0) return all;
  return all.filter((one) => names.some((name) => meaning(name, { name: one.function, crate: one.crate }) !== null));
}

import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import { monthOfFile } from '../core/history/months.ts';
import { isThere, reasonOf } from '../folder.ts';
import { takeLock } from '../git/lock.ts';
import type { Host } from '../host.ts';
import { type HistoryStore, NO_HISTORY, type ReadHistory, readMonths } from './store.ts';

/** The lock is in a folder of its own: what lies beside the months is theirs who made it. */
const LOCK = '.lock';
const FRESH = /^\.\d{4}-\d{2}\.jsonl\.[0-9a-f-]+$/;

/**
 * A history in a folder of this machine. One writer at a time, by a lock that a killed one leaves to the next; each file is written aside and put in
 * place in one step, so that a reader needs no lock.
 */
export function folderStore(folder: string, host: Pick<Host, 'signal' | 'progress'>): HistoryStore {
  const read = async (): Promise<ReadHistory | null> => ((await isThere(folder)) ? readFolder(folder) : null);
  return {
    name: folder,
    read,
    update: async (change) => {
      await mkdir(folder, { recursive: true }).catch(unwritable(folder));
      const onWait = (pid: number): void => host.progress.step(`waiting for another coldgate (process ${pid}) that writes to ${folder}`);
      await using _lock = await takeLock(join(folder, LOCK), { signal: host.signal, onWait }).catch(unwritable(folder));
      for (const name of await readdir(folder)) if (FRESH.test(name)) await rm(join(folder, name), { force: true });
      let changed = false;
      for (const [path, text] of change((await readFolder(folder)) ?? NO_HISTORY)) {
        const file = join(folder, path);
        if ((await readFile(file, 'utf8').catch(() => null)) === text) continue;
        changed = true;
        await replace(file, text).catch(unwritable(folder));
      }
      return changed;
    },
  };
}

async function replace(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = join(dirname(file), `.${file.slice(dirname(file).length + 1)}.${crypto.randomUUID()}`);
  try {
    await writeFile(fresh, text, { flush: true });
    await rename(fresh, file);
  } finally {
    await rm(fresh, { force: true });
  }
}

async function readFolder(folder: string): Promise<ReadHistory> {
  const names = (await readdir(folder).catch(unreadable(folder, folder))).filter((name) => monthOfFile(name) !== null);
  const files = await Promise.all(
    names.map(async (name) => ({ name, size: (await stat(join(folder, name)).catch(unreadable(folder, join(folder, name)))).size })),
  );
  return readMonths(files, `${folder}/`, (name) => readFile(join(folder, name), 'utf8').catch(unreadable(folder, join(folder, name))));
}

function unreadable(folder: string, path: string): (cause: unknown) => never {
  return (cause) => {
    const isGone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const reason = isGone ? 'it leads to nothing' : reasonOf(cause, path);
    throw new ToolError(`the history ${folder} cannot be read (${path === folder ? '' : `${path}: `}${reason})`, { cause });
  };
}

function unwritable(folder: string): (cause: unknown) => never {
  return (cause) => {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new ToolError(`the history ${folder} cannot be written (${reasonOf(cause, folder)})`, { cause });
  };
}

import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, UsageError } from '../../core/failures.ts';
import { quoted } from '../../core/text.ts';
import type { FirstEvent } from '../response/answering.ts';
import { EVENT_LIMIT, fileEvent, notThere, type WrittenEvent } from './written-events.ts';

/** An event with its text. */
export type GivenEvent = WrittenEvent & { readonly event: FirstEvent };

/** Reads the files that events name, relative to `folder`. A UsageError names `where` and the path: not there, no file, no JSON, above 6 MB. */
export async function readEvents(events: readonly WrittenEvent[], folder: string, where: string): Promise<readonly GivenEvent[]> {
  return Promise.all(
    events.map(async ({ function: name, event }) => ({
      function: name,
      event: 'file' in event ? await readEvent(event.file, folder, where) : event,
    })),
  );
}

async function readEvent(file: string, folder: string, where: string): Promise<FirstEvent> {
  const path = resolve(folder, file);
  const place = `${where} ${quoted(file)}: ${path}`;
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw notThere(file, path, where);
    throw new UsageError(`${place} cannot be read: ${cause.message}`, { cause });
  });
  // A device or a pipe would be read for ever.
  if (!found.isFile()) throw new UsageError(`${place} is no file`);
  if (found.size > EVENT_LIMIT) throw new UsageError(`${place} has ${found.size} bytes, and Lambda takes events of ${EVENT_LIMIT} at most`);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new UsageError(`${place} cannot be read: ${messageOf(cause)}`, { cause });
  });
  // Decoded all the same, another event would be measured than the one that stands there.
  if (!isUtf8(bytes)) throw new UsageError(`${place} is no JSON: it is not in UTF-8`);
  return fileEvent(
    bytes
      .toString()
      .replace(/^\uFEFF/, '')
      .trim(),
    place,
  );
}

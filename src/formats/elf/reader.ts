import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { messageOf, ToolError } from '../../core/failures.ts';

/** Random access to a file's bytes, so that a binary of 130 MB is never whole in memory. `read` is asked for what lies within `size` only. */
export interface Reader {
  readonly size: number;
  read(offset: number, length: number): Buffer;
}

interface FileReader extends Reader, Disposable {}

/** Opens a file for reading at any place; dispose it with `using`. A file that cannot be opened or shrinks meanwhile is a ToolError. */
export function openReader(path: string): FileReader {
  const descriptor = attempt(path, () => openSync(path, 'r'));
  const size = attempt(path, () => fstatSync(descriptor).size);
  return {
    size,
    read(offset, length) {
      const buffer = Buffer.alloc(length);
      for (let filled = 0; filled < length; ) {
        const count = attempt(path, () => readSync(descriptor, buffer, filled, length - filled, offset + filled));
        if (count === 0)
          throw new ToolError(`${path}: ended at byte ${offset + filled} while it was read: does something else write to it?`);
        filled += count;
      }
      return buffer;
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new ToolError(`${path}: cannot be read (${messageOf(cause)})`, { cause });
  }
}

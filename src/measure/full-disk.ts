import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Cancelled, messageOf, ToolError, UsageError } from '../core/failures.ts';
import type { Host } from '../host.ts';
import { cargoHome } from '../tools/programs.ts';

const SAID = /No space left on device|Disk quota exceeded|ENOSPC|EDQUOT|not enough space|disk is full/i;
/** A tool that could not write its next block seldom leaves more; one that maps its output (a linker) dies by a signal and says nothing. */
const NOTHING_LEFT = 1_000_000;

/** Does `work`, and says of a failure for want of space that it is one: each tool has its own words for it, and some have none. */
export async function namingFullDisk<T>(host: Host, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const full = await fullDisk(error, host);
    if (full === null) throw error;
    const process = error instanceof ToolError ? error.process : null;
    throw new ToolError(`${full}\n${messageOf(error)}`, { cause: error, ...(process === null ? {} : { process }) });
  }
}

/** What is full, and what to do; `null` where that is not why `error` came. */
export async function fullDisk(error: unknown, { home, env }: Pick<Host, 'home' | 'env'>): Promise<string | null> {
  if (error instanceof UsageError || error instanceof Cancelled) return null;
  if (messageOf(error).includes('no space left on the disk of')) return null;
  const places = [
    { path: home, cure: 'free some, or name another folder with COLDGATE_HOME' },
    { path: env.TMPDIR ?? tmpdir(), cure: 'free some, or name another folder with TMPDIR' },
    { path: cargoHome(env), cure: 'free some, or name another folder with CARGO_HOME' },
  ];
  for (const { path, cure } of places) if (await isFull(path)) return `no space left on the disk of ${path}: ${cure}`;
  return textsOf(error).some((text) => SAID.test(text)) ? 'no space left on a disk: free some (df -h shows which it is)' : null;
}

async function isFull(path: string): Promise<boolean> {
  const found = await statfs(path).catch(() => null);
  if (found === null) return false;
  return found.bavail * found.bsize < NOTHING_LEFT || (found.files > 0 && found.ffree === 0);
}

/** All that an error and its causes say. */
function textsOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const process = error instanceof ToolError ? (error.process?.lastLines ?? []) : [];
  return [error.message, ...process, ...(error.cause === undefined ? [] : textsOf(error.cause))];
}

import { createHash, randomBytes } from 'node:crypto';
import { access, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { ToolError } from '../core/failures.ts';
import { readShape } from '../core/shape.ts';
import type { Environment } from '../exec/run.ts';
import type { ToolName } from './pins.ts';
import { isExecutable, type TracerName } from './programs.ts';

/** Absolute paths of the programs of one bundle. */
export type Programs = Readonly<Partial<Record<ToolName | TracerName, string>>>;

/** Tools that are installed together, in a directory of their own. */
export interface ToolBundle {
  /** Names and versions, for a person. */
  readonly title: string;
  /** Platform, versions and hashes: what the directory's name and its stamp are made of. */
  readonly pins: string;
  /** Installs into an empty directory; resolves with the programs' paths relative to it. */
  install(directory: string, context: InstallContext): Promise<Programs>;
}

export interface InstallContext {
  readonly env: Environment;
  readonly signal: AbortSignal;
}

const STAMP = 'stamp.json';
const TEMPORARY = '.install-';
const STALE_MS = 3_600_000;

export function directoryOf(tools: string, bundle: Pick<ToolBundle, 'pins'>): string {
  return join(tools, createHash('sha256').update(bundle.pins).digest('hex').slice(0, 16));
}

/** The bundle's programs when it is installed whole; `null` when it is not there, half there, or made of other pins. No child process. */
export async function findBundle(tools: string, bundle: Pick<ToolBundle, 'pins'>): Promise<Programs | null> {
  const directory = directoryOf(tools, bundle);
  const text = await readFile(join(directory, STAMP), 'utf8').catch(() => null);
  const stamp = text === null ? null : readShape(stampShape, text);
  if (stamp === null || stamp.pins !== bundle.pins) return null;
  const programs = Object.entries(stamp.programs).map(([name, path]) => [name, join(directory, path)] as const);
  return programs.every(([, path]) => isExecutable(path)) ? Object.fromEntries(programs) : null;
}

/**
 * Installs into a temporary sibling and renames it into place, so a bundle is there whole or not at all, and of two processes that install at
 * once the first to finish wins and the other takes what it finds. The stamp is written last.
 */
export async function installBundle(tools: string, bundle: ToolBundle, context: InstallContext): Promise<Programs> {
  await using temporary = await temporarySibling(tools);
  const programs = await bundle.install(temporary.path, context);
  await writeFile(join(temporary.path, STAMP), `${JSON.stringify({ pins: bundle.pins, programs }, null, 2)}\n`);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await renamed(temporary.path, directoryOf(tools, bundle))) break;
    const theirs = await findBundle(tools, bundle);
    if (theirs !== null) return theirs;
    // Something unusable stands there: it is moved aside, where the sweep removes it if this process does not get that far.
    await using broken = await temporarySibling(tools);
    await rename(directoryOf(tools, bundle), join(broken.path, 'broken')).catch(() => undefined);
  }
  const installed = await findBundle(tools, bundle);
  if (installed === null)
    throw new ToolError(`the tools installed in ${directoryOf(tools, bundle)} cannot be used: remove that directory and run again`);
  return installed;
}

/** Removes what killed installs left: temporary directories whose process is gone, or older than an hour (another host, a reused pid). */
export async function sweepInstalls(tools: string): Promise<void> {
  await sweepLinks(tools);
  const names = (await readdir(tools)).filter((name) => name.startsWith(TEMPORARY));
  await Promise.all(
    names.map(async (name) => {
      const path = join(tools, name);
      if (isAbandoned(name) || Date.now() - (await ageMark(path)) > STALE_MS) await rm(path, { recursive: true, force: true });
    }),
  );
}

async function temporarySibling(tools: string): Promise<AsyncDisposable & { readonly path: string }> {
  // A name that the sweep recognises, and whose process it can ask about.
  const path = join(tools, `${TEMPORARY}${process.pid}-${randomBytes(4).toString('hex')}-${hostname()}`);
  await mkdir(path, { recursive: true });
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

function isAbandoned(name: string): boolean {
  const [, pid, host] = /^\.install-(\d+)-[0-9a-f]+-(.*)$/.exec(name) ?? [];
  if (pid === undefined || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

async function ageMark(path: string): Promise<number> {
  return (await lstat(path).catch(() => null))?.mtimeMs ?? Date.now();
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error))) return false;
    throw new ToolError(`cannot move the installed tools to ${to}`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const stampShape = z.object({ pins: z.string(), programs: z.record(z.string(), z.string()) });

/** A folder of links is dead with what one of them points to: the tool was removed, or another state folder that shared these tools is gone. */
async function sweepLinks(tools: string): Promise<void> {
  const folders = (await readdir(tools).catch(() => [])).filter((name) => name.startsWith('bin-'));
  for (const folder of folders) {
    const links = await readdir(join(tools, folder)).catch(() => []);
    const whole = await Promise.all(
      links.map((name) =>
        access(join(tools, folder, name)).then(
          () => true,
          () => false,
        ),
      ),
    );
    if (links.length > 0 && whole.includes(false)) await rm(join(tools, folder), { recursive: true, force: true });
  }
}

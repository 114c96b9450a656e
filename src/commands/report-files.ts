import { randomUUID } from 'node:crypto';
import { access, constants, open, readlink, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../core/failures.ts';
import { PROBE, reasonOf } from '../folder.ts';
import { isForeignSource } from '../git/changes.ts';
import type { Host } from '../host.ts';
import type { ReportFiles } from '../options/groups.ts';
import type { HistoryOptions } from '../options/history.ts';

type Place = Pick<Host, 'cwd' | 'env' | 'nameOf'>;

/** Refuses, before anything is built, files that could not be written in the end, and sources of the user's: a UsageError that names the option. */
export async function checkReportFiles(files: ReportFiles | HistoryOptions['files'], { cwd, env, nameOf }: Place): Promise<void> {
  const given = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== '-');
  const seen = new Map<string, string>();
  for (const [flag, file] of given) {
    const path = resolve(cwd, file);
    const other = seen.get(path);
    if (other !== undefined) throw new UsageError(`${nameOf(flag)} ${file}: ${nameOf(other)} writes the same file`);
    seen.set(path, flag);
    const named = `${nameOf(flag)} ${file}`;
    await checkFile(named, file.endsWith('/') ? `${path}/` : path);
    if (await isForeignSource(path, env))
      throw new UsageError(`${named}: git keeps this file, and coldgate did not write it; name another`);
  }
}

/** The same for one file; `named` is how the message calls it. */
export async function checkFile(named: string, path: string): Promise<void> {
  const refuse = refusal(named);
  refuseGits(path, refuse);
  if (path.endsWith('/') || (await kindOf(path)) === 'folder') throw refuse('it is a folder; name a file');
  const target = await readlink(path).catch(() => null);
  if (target !== null && (await kindOf(path)) === 'nothing') return await checkFile(named, resolve(dirname(path), target));
  if ((await kindOf(path)) === 'file') await access(path, constants.W_OK).catch(unwritable(refuse, path));
  else await checkInside(dirname(path), refuse, 'create it first');
}

/** The same for a folder that is made where it is not there, with all above it. */
export async function checkFolder(flag: string, folder: string, { cwd, nameOf }: Pick<Place, 'cwd' | 'nameOf'>): Promise<void> {
  const refuse = refusal(`${nameOf(flag)} ${folder}`);
  let path = resolve(cwd, folder);
  refuseGits(path, refuse);
  while ((await kindOf(path)) === 'nothing' && dirname(path) !== path) {
    const target = await readlink(path).catch(() => null);
    if (target !== null) throw refuse(`${path} is a link to ${target}, which is not there`);
    path = dirname(path);
  }
  await checkInside(path, refuse, 'name another');
}

type Refusal = (what: string) => UsageError;

/** `.git/config` is a file that can be written, and nobody means it. */
function refuseGits(path: string, refuse: Refusal): void {
  if (path.split('/').includes('.git')) throw refuse("it lies in git's own folder; name another");
}

function refusal(named: string): Refusal {
  return (what) => new UsageError(`${named}: ${what}`);
}

/** A file of a moment shows more than permissions do: a read-only or foreign file system, `/proc`, a full disk. */
async function checkInside(folder: string, refuse: Refusal, otherwise: string): Promise<void> {
  const kind = await kindOf(folder);
  if (kind === 'nothing') throw refuse(`there is no folder ${folder}; ${otherwise}`);
  if (kind === 'file') throw refuse(`${folder} is no folder; name another`);
  const probe = join(folder, `.coldgate-${randomUUID()}`);
  const handle = await open(probe, 'wx').catch(unwritable(refuse, probe));
  await handle.writeFile(PROBE).catch(unwritable(refuse, folder));
  await handle.close();
  await rm(probe, { force: true });
}

function unwritable(refuse: Refusal, path: string): (cause: unknown) => never {
  return (cause) => {
    throw refuse(`it cannot be written (${reasonOf(cause, path)})`);
  };
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'nothing'> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOTDIR' || error.code === 'ENOENT' ? null : Promise.reject(new UsageError(reasonOf(error, path), { cause: error })),
  );
  return found === null ? 'nothing' : found.isDirectory() ? 'folder' : 'file';
}

import { open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileKind } from '../core/file-kinds.ts';
import { type Environment, run } from '../exec/run.ts';
import { git, type UserRepository, withoutGitVariables } from './repository.ts';

/** How the work tree differs from `HEAD`. Paths are relative to the repository's top. */
export interface Changes {
  /** Changed files that a build may read: they move the default base. */
  readonly read: readonly string[];
  /** Changed files that no build reads: documents, CI, what lies about at the top. They are part of what is measured all the same. */
  readonly unread: readonly string[];
  /** What coldgate itself wrote: never part of what is measured. */
  readonly own: readonly string[];
}

/** What editors and merges leave beside a file, and what people note: no build reads it, wherever it lies. */
const LEFT_BESIDE = /\.(log|orig|rej|patch|diff|swp|swo|bak)$|~$|(^|\/)((TODO|NOTES)(\.(md|txt))?|\.DS_Store)$/;

/**
 * A file that git does not know, at the repository's top, of a kind that is left there by hand: notes, events to invoke with, answers, exports.
 * A build that names one would not build at `HEAD`; only one that takes whatever lies in a folder could read it, and none takes the top.
 */
const LEFT_AT_TOP = /^[^./][^/]*\.(txt|json|csv|html|svg|zip|out|pdf|png)$/i;

/**
 * How the first bytes of coldgate's own files look: a snapshot, a report (as it began before it had a title, too), a flame graph, a page, a
 * history and its table.
 */
const OWN_CONTENT =
  /^\{\s*"schema":\s*"coldgate\/|^<svg [^>]*>\s*<title>Instructions of init(?: and first response)?: |^<!doctype html>\s*<html lang="en">\s*<head>\s*<meta charset="utf-8">\s*<meta name="generator" content="coldgate">|^time,commit,function,crate,leg,arch,profile,|^(<!-- coldgate|### coldgate · |\S{1,3} \*\*(fail|not checked|warning|accepted|pass|no comparison|first measurement|not judged|no change): )/;
const OWN_BYTES = 1_000;

/**
 * What differs from `HEAD` in the work tree, ignored files apart. `outputs` are the files and folders that this run writes; what an earlier one
 * wrote is known by its content.
 */
export async function changesOf(user: UserRepository, outputs: readonly string[]): Promise<Changes> {
  const options = ['--porcelain', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=none'];
  const status = await git(user, ['-c', 'core.fsmonitor=false', 'status', ...options]);
  const entries = status.stdout
    .split('\0')
    .flatMap((line) => (line === '' ? [] : [{ path: line.slice(3), untracked: line.startsWith('??') }]));
  const written = await Promise.all(outputs.map((path) => insideOf(user, path)));
  const isWritten = (path: string): boolean =>
    written.some((output) => output !== null && (path === output || path.startsWith(`${output}/`)));
  const recognised = new Set<string>();
  for (const { path, untracked } of entries) if (untracked && (await isOwnFile(join(user.top, path)))) recognised.add(path);
  const folders = [...recognised].filter((path) => basename(path) === 'snapshot.json').map((path) => dirname(path));
  const isOwn = ({ path, untracked }: (typeof entries)[number]): boolean =>
    isWritten(path) || recognised.has(path) || (untracked && folders.some((folder) => isOfSnapshot(path, folder)));
  const isUnread = ({ path, untracked }: (typeof entries)[number]): boolean =>
    ['documentation', 'ci'].includes(fileKind(path)) || LEFT_BESIDE.test(path) || (untracked && LEFT_AT_TOP.test(path));
  const foreign = entries.filter((entry) => !isOwn(entry));
  return {
    read: foreign.filter((entry) => !isUnread(entry)).map(({ path }) => path),
    unread: foreign.filter(isUnread).map(({ path }) => path),
    own: entries.filter(isOwn).map(({ path }) => path),
  };
}

/** `path` from the repository's top; `null` outside of it, and for the top itself. */
async function insideOf(user: UserRepository, path: string): Promise<string | null> {
  const folder = await realpath(dirname(resolve(path))).catch(() => null);
  const inside = folder === null ? '' : relative(user.top, join(folder, basename(path)));
  return inside === '' || inside === '..' || inside.startsWith('../') ? null : inside;
}

/** Beside a snapshot lie its packages and twins. */
function isOfSnapshot(path: string, folder: string): boolean {
  return ['packages', 'twins'].some((name) => path.startsWith(folder === '.' ? `${name}/` : `${folder}/${name}/`));
}

/**
 * Whether git keeps what is written at `path`, and coldgate did not write it: a source that somebody named for a report. An empty file is nobody's
 * work. `false` outside of a repository.
 */
export async function isForeignSource(path: string, environment: Environment): Promise<boolean> {
  const real = await realpath(path).catch(() => null);
  if (real === null || (await stat(real)).size === 0 || (await isOwnContent(real))) return false;
  const env = { ...withoutGitVariables(environment), GIT_OPTIONAL_LOCKS: '0', GIT_LITERAL_PATHSPECS: '1' };
  const listed = await run('git', ['ls-files', '--error-unmatch', '--', basename(real)], { cwd: dirname(real), env, check: false }).catch(
    () => null,
  );
  return listed?.exitCode === 0;
}

async function isOwnFile(path: string): Promise<boolean> {
  return /\.(json|jsonl|svg|md|html|csv)$/.test(path) && (await isOwnContent(path));
}

async function isOwnContent(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(OWN_BYTES), 0, OWN_BYTES, 0);
    return OWN_CONTENT.test(buffer.toString('utf8', 0, bytesRead));
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { type FailedProcess, ToolError } from '../core/failures.ts';
import type { Note } from '../core/snapshot/snapshot.ts';
import { isThere } from '../folder.ts';
import { hasTags, type UserRepository } from '../git/repository.ts';
import type { Host } from '../host.ts';
import type { MeasureContext } from './context.ts';

/** Where it failed, and what is known to be missing there. */
interface FailedPlace {
  readonly user: UserRepository;
  /** The private checkout. */
  readonly checkout: string;
  /** The manifest's folder in it. */
  readonly folder: string;
  /** What the private checkout lacks. */
  readonly lacks: readonly Note[];
  readonly nameOf: Host['nameOf'];
}

/** A failure as the person would have read it in their own tree; its log is shown where it does not outlive the job. */
export async function failedHere(
  { host, user, checkout, lacks }: MeasureContext,
  error: unknown,
  { folder, missing, short }: { readonly folder: string; readonly missing: readonly Note[]; readonly short: string },
): Promise<unknown> {
  const told = await inUsersWords(error, { user, checkout: checkout.path, folder, lacks: [...lacks, ...missing], nameOf: host.nameOf });
  const log = told instanceof ToolError ? told.process?.log : undefined;
  if (log !== undefined) host.progress.fold?.(`${short}: the whole log of the build`, await readFile(log, 'utf8'));
  return told;
}

/**
 * What cargo said in the private checkout, as the person would have read it in their own tree: paths relative to the repository, and what of
 * theirs the private checkout lacks, with the remedy. Anything but a failed process stays as it is.
 */
async function inUsersWords(error: unknown, place: FailedPlace): Promise<unknown> {
  if (!(error instanceof ToolError) || error.process === null) return error;
  const real = await realpath(place.checkout).catch(() => place.checkout);
  const own = (text: string): string => relativeTo(real, relativeTo(place.checkout, text));
  const { process } = error;
  const lines = process.lastLines.map((line) => own(line));
  const said: FailedProcess = {
    ...process,
    lastLines: await inRepository(lines, place),
    ...(process.headline === undefined ? {} : { headline: own(process.headline) }),
  };
  const missing = await missingPaths(lines, place);
  const told = missing.some(({ inside }) => inside) ? place.lacks.filter(({ code }) => code !== 'ignored-files') : place.lacks;
  const advice = [...missing.map(({ text }) => text), ...(await tagAdvice(lines, place)), ...told.map(({ text }) => text)];
  return new ToolError(own(error.message), { process: said, advice, cause: error });
}

function relativeTo(folder: string, text: string): string {
  return text.replaceAll(`${folder}/`, '').replaceAll(folder, '.');
}

/** rustc's paths are relative to the workspace; where that is a folder of the repository they are made relative to the repository. */
async function inRepository(lines: readonly string[], { checkout, folder }: FailedPlace): Promise<readonly string[]> {
  return Promise.all(
    lines.map(async (line) => {
      const [, arrow, path, position] = /^(\s*(?:-->|:::) )([^/\s][^:]*)(:\d+:\d+)$/.exec(line) ?? [];
      if (path === undefined || (await isThere(join(checkout, path)))) return line;
      for (const above of foldersBetween(checkout, folder)) {
        if (await isThere(join(above, path))) return `${arrow}${relative(checkout, join(above, path))}${position}`;
      }
      return line;
    }),
  );
}

interface MissingPath {
  readonly inside: boolean;
  readonly text: string;
}

/** More paths than these are not told apart in one message. */
const MOST_PATHS = 100;
const TOLD = 3;

/** Of the paths that the message names those that the user has and the private checkout has not, each with what brings it. */
async function missingPaths(lines: readonly string[], place: FailedPlace): Promise<readonly MissingPath[]> {
  const { checkout, folder, user, nameOf } = place;
  const named = [...new Set(lines.flatMap(pathsIn))].slice(0, MOST_PATHS);
  const places = [...new Set([checkout, ...foldersBetween(checkout, folder)].flatMap((from) => named.map((path) => resolve(from, path))))];
  const found = new Map<string, MissingPath>();
  for (const path of places) {
    const from = relative(checkout, path);
    if ((await isThere(path)) || !(await isThere(join(user.top, from)))) continue;
    const inside = !from.startsWith('..');
    const missing = inside ? relative(checkout, await topMissing(path)) : basename(from) === 'Cargo.toml' ? dirname(from) : from;
    if (found.has(missing) || (!inside && (await isThere(join(checkout, missing))))) continue;
    const here = relative(folder, join(checkout, missing));
    const command = inside
      ? `cp -r "$COLDGATE_SOURCE/${missing}" ${here}`
      : `${/^(\.\.\/?)+$/.test(dirname(here)) ? '' : `mkdir -p ${dirname(here)} && `}ln -sfn "$COLDGATE_SOURCE/${missing}" ${here}`;
    const remedy = `bring it with ${nameOf('prepare')} '${command}'`;
    const text = inside
      ? `${missing} is in your tree and not in git, so it is not in the private checkout that is built: ${remedy}`
      : `${missing} lies outside the repository, in ${join(user.top, missing)}, and is not beside the private checkout that is built: move it into the repository, or ${remedy}`;
    found.set(missing, { inside, text });
  }
  return [...found.values()].slice(0, TOLD);
}

/** What stands in quotes, and what begins with a slash. */
function pathsIn(line: string): readonly string[] {
  const quoted = [...line.matchAll(/`([^`]+)`|"([^"]+)"|(?<![\w])'([^']+)'/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  const bare = [...line.matchAll(/(?:^|[\s(])((?:\.{0,2}\/|[\w.-]+\/?)[^\s`"'(),]*)/g)].map(([, text = '']) => text);
  return [...quoted, ...bare]
    .filter((text) => text.length < 1_000 && /[/.\w]/.test(text) && text !== '.')
    .map((text) => text.replace(/[:.]+$/, ''));
}

/** The highest folder above `path`, or the path itself, that is not there. */
async function topMissing(path: string): Promise<string> {
  const above = dirname(path);
  return above === path || (await isThere(above)) ? path : topMissing(above);
}

async function tagAdvice(lines: readonly string[], { user }: FailedPlace): Promise<readonly string[]> {
  if (!lines.some((line) => /No names found, cannot describe|No tags can describe|no tag exactly matches/.test(line))) return [];
  if (await hasTags(user)) return [];
  return ['your clone has no tags for git describe: git fetch --tags brings them, fetch-depth: 0 in the checkout step'];
}

/** From the manifest's folder up to the checkout. */
function foldersBetween(checkout: string, folder: string): readonly string[] {
  const from = relative(checkout, folder);
  if (from === '' || from.startsWith('..') || isAbsolute(from)) return [checkout];
  return [folder, ...foldersBetween(checkout, dirname(folder))];
}

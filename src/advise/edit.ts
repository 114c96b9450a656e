import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse as parseStrictly } from 'smol-toml';
import type { TomlEdit } from '../core/advise/remedy.ts';
import { ToolError } from '../core/failures.ts';

/**
 * The texts of files after the edits, by path; comments and order stay. `read`: a file's text, `''` where it is not there. A ToolError where the
 * result would not say what was meant: then nothing is written.
 */
export async function editedFiles(
  edits: readonly TomlEdit[],
  read: (file: string) => Promise<string>,
): Promise<ReadonlyMap<string, string>> {
  const { parse, patch } = await import('@decimalturn/toml-patch');
  const texts = new Map<string, string>();
  for (const file of new Set(edits.map((one) => one.file))) {
    const before = await read(file);
    let wanted: unknown;
    let text: string;
    try {
      const own = edits.filter((one) => one.file === file);
      const plainEnds = before.replaceAll('\r\n', '\n');
      wanted = own.reduce((value: unknown, { path, change }) => changed(value, path, change), parse(plainEnds));
      text = patch(withHeaders(plainEnds, own), wanted);
    } catch (cause) {
      throw new ToolError(`${file} cannot be edited (${cause instanceof Error ? cause.message.split('\n')[0] : cause})`, { cause });
    }
    // As another parser reads it.
    const says = (one: string): boolean => isDeepStrictEqual(plain(parseStrictly(one)), plain(wanted));
    const kept = withTheirSpaces(before, text);
    const written = [kept, before.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text].find(says);
    if (written === undefined) throw new ToolError(`${file} cannot be edited: what would be written does not say what was meant`);
    texts.set(file, written);
  }
  return texts;
}

/** The same in a folder; answers what was written, by paths without links. A ToolError for a link that leads out of it: nothing there is written. */
export async function applyEdits(edits: readonly TomlEdit[], folder: string): Promise<ReadonlyMap<string, string>> {
  const own = await Promise.all(edits.map(async (edit) => ({ ...edit, file: await fileWithin(folder, edit.file) })));
  const texts = await editedFiles(own, (file) => readFile(join(folder, file), 'utf8').catch(() => ''));
  await writeTexts(texts, folder);
  return texts;
}

/** A file of a folder as it is reached from there without links. A ToolError where it lies elsewhere: that may be the user's own. */
export async function fileWithin(folder: string, file: string): Promise<string> {
  const path = join(folder, file);
  const real = await realpath(path).catch(async () => join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path)));
  const found = relative(await realpath(folder), real);
  if (found === '..' || found.startsWith('../') || isAbsolute(found))
    throw new ToolError(`${file} is a link out of the repository (${real}): it is not changed`);
  return found;
}

/** Writes files of a folder, by their paths from there. */
export async function writeTexts(texts: ReadonlyMap<string, string>, folder: string): Promise<void> {
  for (const [file, text] of texts) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}

function changed(value: unknown, [first, ...rest]: readonly string[], change: TomlEdit['change']): unknown {
  if (first === undefined) return change(value);
  const before: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { [first]: old, ...others } = before;
  const next = changed(old, rest, change);
  if (next === undefined) return others;
  return first in before
    ? Object.fromEntries(Object.entries(before).map(([name, one]) => [name, name === first ? next : one]))
    : { ...before, [first]: next };
}

/** A table that is not there yet is begun as people write it, under a line of its own, not within the one above it. */
function withHeaders(text: string, edits: readonly TomlEdit[]): string {
  let out = text;
  for (const { path } of edits) {
    const table = path.slice(0, -1);
    if (table.length === 0 || has(parseStrictly(out), table)) continue;
    const header = `[${table.map((part) => (/^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part))).join('.')}]`;
    out = `${out === '' || out.endsWith('\n') ? out : `${out}\n`}${out === '' ? '' : '\n'}${header}\n`;
  }
  return out;
}

function has(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  return typeof value === 'object' && value !== null && first in value && has(value[first as keyof typeof value], rest);
}

/** Lines that differ from theirs by white space alone stay theirs: a tab before a comment is nobody's change. New ones end as the file's do. */
function withTheirSpaces(before: string, after: string): string {
  const squeezed = (line: string): string => line.replaceAll(/\s+/g, ' ').trim();
  const theirs = new Map<string, string[]>();
  for (const line of before.split('\n').slice(0, -1)) theirs.set(squeezed(line), [...(theirs.get(squeezed(line)) ?? []), line]);
  const end = before.includes('\r\n') ? '\r' : '';
  const lines = after.split('\n');
  const last = lines.pop() ?? '';
  return [...lines.map((line) => theirs.get(squeezed(line))?.shift() ?? `${line}${end}`), last].join('\n');
}

/** Without the prototypes and number types of two parsers. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? Number(one) : one)));
}

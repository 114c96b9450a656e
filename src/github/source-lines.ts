import type { DependencyChange } from '../core/did.ts';

/** A place that a person would open. */
export interface Place {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number | null;
}

/** Head's files by their path in the repository: every `Cargo.toml`, and `Cargo.lock`. */
export type SourceFiles = ReadonlyMap<string, string>;

/** Where a limit stands at head, by its text; limits are read at base, where its line may be another. */
export function placeOfLimit(files: SourceFiles, text: string, file: string, line: number | null): Place {
  const lines = linesOf(files, file);
  const found = lines.findIndex((candidate) => candidate.includes(`"${text}"`) || candidate.includes(`'${text}'`));
  if (found >= 0) return { file, line: found + 1 };
  return { file, line: lines.length === 0 ? line : null };
}

/**
 * The line that changed with a dependency: its requirement in a `Cargo.toml` where that brought the new version, otherwise its version in
 * `Cargo.lock`. `null` for one that is gone, and where neither names it.
 */
export function placeOfChange(files: SourceFiles, change: DependencyChange): Place | null {
  if (change.kind === 'removed') return null;
  const required = manifests(files).flatMap((file) => requirements(files, file, change.name));
  const own = required.find(({ requirement }) => {
    if (change.kind === 'added') return true;
    return requirement !== null && satisfies(change.head, requirement) && !satisfies(change.base, requirement);
  });
  if (own !== undefined) return { file: own.file, line: own.line };
  return placeInLock(files, change.name, change.kind === 'added' ? change.version : change.head);
}

/** The package's own manifest, at its name; the root's `Cargo.toml` where it is not found. */
export function placeOfPackage(files: SourceFiles, name: string): Place {
  for (const file of manifests(files)) {
    let table = '';
    for (const [index, text] of linesOf(files, file).entries()) {
      table = tableOf(text) ?? table;
      if (table === 'package' && /^\s*name\s*=\s*(["'])(.*?)\1/.exec(text)?.[2] === name) return { file, line: index + 1 };
    }
  }
  return { file: 'Cargo.toml', line: null };
}

interface Requirement extends Place {
  /** `1.10` of `^1.10`; `null`: another line has it (`workspace = true`), or there is none. */
  readonly requirement: string | null;
}

/** Where a manifest asks for a package: `regex = "1"`, `regex.version = "1"`, `[dependencies.regex]`, or under another name with `package = "regex"`. */
function requirements(files: SourceFiles, file: string, name: string): readonly Requirement[] {
  const found: Requirement[] = [];
  let table = '';
  for (const [index, text] of linesOf(files, file).entries()) {
    const header = tableOf(text);
    table = header ?? table;
    if (header !== null) {
      if (unquoted(/dependencies\.([^.]+)$/.exec(header)?.[1]) === name) found.push({ file, line: index + 1, requirement: null });
      continue;
    }
    const key = /^\s*("[^"]+"|'[^']+'|[\w-]+)\s*[.=]/.exec(text)?.[1];
    if (/dependencies$/.test(table) && (unquoted(key) === name || /\bpackage\s*=\s*(["'])(.*?)\1/.exec(text)?.[2] === name))
      found.push({ file, line: index + 1, requirement: requirementIn(text) });
    else if (unquoted(/dependencies\.([^.]+)$/.exec(table)?.[1]) === name && key === 'version')
      found.push({ file, line: index + 1, requirement: requirementIn(text) });
  }
  return found;
}

function placeInLock(files: SourceFiles, name: string, version: string): Place | null {
  const file = 'Cargo.lock';
  const lines = linesOf(files, file);
  const at = lines.findIndex((text, index) => text === `name = "${name}"` && lines[index + 1] === `version = "${version}"`);
  return at < 0 ? null : { file, line: at + 1 };
}

/** The workspace's own manifest first: `[workspace.dependencies]` has the versions of all. */
function manifests(files: SourceFiles): readonly string[] {
  const depth = (file: string): number => file.split('/').length;
  return [...files.keys()].filter((file) => /(?:^|\/)Cargo\.toml$/.test(file)).toSorted((a, b) => depth(a) - depth(b));
}

function requirementIn(text: string): string | null {
  const whole = /^[^=]*=\s*(["'])(.*?)\1/.exec(text)?.[2] ?? /\bversion\s*=\s*(["'])(.*?)\1/.exec(text)?.[2];
  return /^\s*[\^~=]?\s*(\d+(?:\.\d+)*)/.exec(whole ?? '')?.[1] ?? null;
}

/** Near enough to tell which of two versions a requirement was written for: 1.10 is for 1.10.3, not for 1.1.0. */
function satisfies(version: string, requirement: string): boolean {
  return version === requirement || version.startsWith(`${requirement}.`);
}

function tableOf(text: string): string | null {
  return /^\s*\[\[?([^\]]+)\]\]?\s*(?:#.*)?$/.exec(text)?.[1]?.trim() ?? null;
}

function unquoted(key: string | undefined): string | undefined {
  return key?.trim().replace(/^(["'])(.*)\1$/, '$2');
}

function linesOf(files: SourceFiles, file: string): readonly string[] {
  return files.get(file)?.split(/\r?\n/) ?? [];
}

import { fileKind } from '../core/file-kinds.ts';
import type { PathPackage } from './path-packages.ts';

/** Whom one file reaches: everybody, or some, each with the reason. */
export type Reach = { readonly all: string } | { readonly some: readonly (readonly [one: PathPackage, reason: string])[] };

export const NOBODY: Reach = { some: [] };

/** A source that includes files. */
interface Including {
  readonly path: string;
  readonly owner: PathPackage | null;
  readonly words: ReadonlySet<string>;
}

/** The sources that include files, with the words by which they may name one of these. */
export function sourcesNaming(
  files: readonly string[],
  texts: ReadonlyMap<string, string>,
  ownerAt: (path: string) => PathPackage | null,
): readonly Including[] {
  const sought = new Set(files.flatMap((path) => namesOf(path).flat()));
  return [...texts].map(([path, text]) => ({
    path,
    owner: ownerAt(path),
    words: new Set(wordsOf(text).filter((word) => sought.has(word))),
  }));
}

/** Sources that include files and name this one. */
export function readersOf(path: string, including: readonly Including[]): Reach {
  const names = namesOf(path);
  const isNamed = (words: readonly string[], source: Including): boolean => words.every((word) => source.words.has(word));
  // A linker, a script of it: every build's. By its own name, since the words of a folder's are anybody's.
  const configured = fileKind(path) === 'other' && including.find((one) => fileKind(one.path) === 'cargo' && isNamed(names[0] ?? [], one));
  if (configured) return { all: `${path} is named by ${configured.path}` };
  const readers = including.filter(
    (source) => source.path !== path && fileKind(source.path) !== 'cargo' && names.some((words) => isNamed(words, source)),
  );
  const nobodys = readers.find(({ owner }) => owner === null);
  if (nobodys !== undefined) return { all: `${path} is named by ${nobodys.path}, which lies in no package` };
  return {
    some: readers.flatMap(({ path: source, owner }) => (owner === null ? [] : [[owner, `${path}, which ${source} names`] as const])),
  };
}

/** By what a source may name a file: its own name or, unless it is Rust, its folder's, of which a source may take all. */
function namesOf(path: string): readonly (readonly string[])[] {
  const [name = '', folder = ''] = path.split('/').toReversed();
  return [name, ...(name.endsWith('.rs') || folder === '' ? [] : [folder])].map(wordsOf);
}

/** Each text is taken apart once: a change of thousands of files in a repository of thousands of sources asks for sets alone. */
function wordsOf(text: string): readonly string[] {
  return text.match(/[\w.\-\u0080-\uffff]+/g) ?? [];
}

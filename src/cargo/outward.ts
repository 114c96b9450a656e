import { posix, relative } from 'node:path';
import type { PathPackage } from './path-packages.ts';

/** Where sources lie, from the repository's top. */
interface Place {
  readonly top: string;
  readonly manifests: readonly string[];
  /** Rust sources that include files, by path, with their text. */
  readonly including: ReadonlyMap<string, string>;
  /** Of those the paths that lead through a link, behind which a `..` goes elsewhere. */
  readonly linked: ReadonlySet<string>;
  readonly ownerAt: (path: string) => PathPackage | null;
}

/**
 * Packages that are compiled from files outside their own folder, as far as their targets and texts tell, each with the source that leads there:
 * a target elsewhere, `#[path = "…"]`, `include!`, and what a macro may make of a path that goes up. A file that `include_str!` names is not meant:
 * by its name it is known. Never a guess: what cannot be followed leads out, as a source whose name does not end in `.rs` does, which is not read.
 */
export function outwardSources(packages: readonly PathPackage[], place: Place): ReadonlyMap<PathPackage, string> {
  const found = new Map<PathPackage, string>();
  const folders = place.manifests.map((path) => posix.dirname(path)).map((folder) => (folder === '.' ? '' : `${folder}/`));
  const hasPackagesBelow = (folder: string): boolean =>
    folders.some((one) => one !== '' && (folder === '.' || (one.startsWith(`${folder}/`) && one !== `${folder}/`)));
  for (const one of packages) {
    for (const root of one.roots.map((path) => relative(place.top, path))) {
      const isConventional = posix.basename(root) === 'build.rs' && posix.dirname(root) === (relative(place.top, one.folder) || '.');
      const isElsewhere =
        !root.endsWith('.rs') ||
        root.startsWith('..') ||
        place.ownerAt(root) !== one ||
        (!isConventional && hasPackagesBelow(posix.dirname(root)));
      if (isElsewhere && !found.has(one)) found.set(one, root);
    }
  }
  for (const [path, text] of place.including) {
    const owner = place.ownerAt(path);
    if (owner === null || found.has(owner)) continue;
    const isForeign = (target: string): boolean =>
      target.startsWith('..') || place.ownerAt(target) !== owner || hasPackagesBelow(posix.dirname(target));
    const folder = relative(place.top, owner.folder);
    if (leadsOut(path, text, { folder, isForeign, isLinked: place.linked.has(path) })) found.set(owner, path);
  }
  return found;
}

interface Followed {
  /** The package's, from the repository's top. */
  readonly folder: string;
  readonly isForeign: (path: string) => boolean;
  readonly isLinked: boolean;
}

/** What stands before the path of a module or of an included source. */
const MODULE = /(?:\binclude!\s*[([{]|#\s*\[\s*(?:cfg_attr\b[^\]]*)?\b(?:r#)?path\s*=)\s*r?#*$/;
/** The same of a text that is taken as it is. */
const TEXT = /\binclude_(?:str|bytes)!\s*[([{]\s*r?#*$/;
/** An included source whose path is made of parts; one that the build makes lies in its own folder. */
const MADE = /\binclude!\s*[([{]\s*(?!\s*r?#*")(?!\s*concat!\s*[([{]\s*env!\s*[([{]\s*"OUT_DIR")/;

/** A dot or a slash by its number, and the path of a module: what such a path says is not worked out. */
const NUMBERED = /\\x2[ef]|\\u\{[0_]*2_*[ef]_*\}/i;
const MODULE_PATH = /#\s*\[[^\]]{0,200}\bpath\b/;

function leadsOut(path: string, text: string, { folder, isForeign, isLinked }: Followed): boolean {
  if (MADE.test(text) || (NUMBERED.test(text) && MODULE_PATH.test(text))) return true;
  const plain = text
    .replaceAll(/\\x2e|\\u\{[0_]*2_*e_*\}/gi, '.')
    .replaceAll(/\\x2f|\\u\{[0_]*2_*f_*\}/gi, '/')
    // A text that goes on in the next line.
    .replaceAll(/\\\r?\n\s*/g, '');
  const areJoined = /\bconcat!|CARGO_MANIFEST_DIR/.test(plain);
  // After every quotation mark, since which one opens is not known without a parser.
  for (const { 1: literal = '', index } of plain.matchAll(/"([^"\n]*)/g)) {
    const before = plain.slice(Math.max(0, index - 200), index);
    const goesUp = literal.split('/').includes('..');
    if (MODULE.test(before)) {
      if (
        !literal.endsWith('.rs') ||
        literal.startsWith('/') ||
        (goesUp && (isLinked || !isPlain(literal))) ||
        isForeign(posix.join(posix.dirname(path), literal))
      )
        return true;
    } else if (goesUp && !(TEXT.test(before) && !isLinked)) {
      const places = [posix.join(posix.dirname(path), literal), posix.join(folder, literal)];
      if (areJoined || isLinked || !isPlain(literal) || places.some(isForeign)) return true;
    }
  }
  return false;
}

/** Whether every `..` of a path stands at its begin: after a folder's name it may go up from behind a link. */
function isPlain(path: string): boolean {
  return !/(^|\/)(?!\.{1,2}\/)[^/]+\/(.*\/)?\.\.(\/|$)/.test(path);
}

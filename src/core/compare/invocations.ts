import { binaryOf, identityOf, type RenamedFunction } from '../function-names.ts';
import type { Invocation, Note } from '../snapshot/snapshot.ts';

const UNLIKE = 'base and head are not built alike';

/** What differs in how base and head were built, each with what it may explain. `renamed`: functions that one side asks for by another name. */
export function compareInvocations(base: Invocation, head: Invocation, renamed: readonly RenamedFunction[]): readonly Note[] {
  const [from, to] = rustcNames(base.rustc, head.rustc);
  const [before, after] = [readArguments(namedNow(base.arguments, renamed)), readArguments(namedShort(head.arguments, renamed))];
  const variables = [...new Set([...Object.keys(base.environment), ...Object.keys(head.environment)])].toSorted();
  return [
    ...noteOn('toolchain', 'rustc', from, to, 'a cause of its own, every function may change with it'),
    ...noteOn('tool', 'cargo-lambda', base.cargoLambda, head.cargoLambda, 'it sets flags and linker, every function may change with it'),
    ...noteOn('tool', 'zig', base.zig, head.zig, 'it links, every function may change with it'),
    ...noteOn('tool', 'cargo-bloat', base.cargoBloat, head.cargoBloat, 'crates and symbols may be told apart in another way'),
    ...noteOn('tool', 'coldgate', base.coldgate, head.coldgate, 'base and head are not measured alike'),
    ...noteOn('tool', 'profile', base.profile, head.profile, UNLIKE),
    ...noteOn('tool', 'architecture', base.arch, head.arch, UNLIKE),
    ...noteOn('tool', 'folder of the project', before.folder, after.folder, 'it was moved, and paths leak into binaries'),
    ...noteOn('tool', 'build arguments', before.others.join(' '), after.others.join(' '), UNLIKE),
    ...noteOn('tool', 'prepare', base.prepare ?? '', head.prepare ?? '', UNLIKE),
    ...variables.flatMap((name) => noteOn('tool', name, base.environment[name] ?? '', head.environment[name] ?? '', UNLIKE)),
    ...PATHS.flatMap((name) => noteOn('tool', `path of ${name}`, base.paths[name], head.paths[name], 'paths leak into binaries')),
  ];
}

/** Base's arguments with head's names for the functions that were renamed, and their packages. */
function namedNow(all: readonly string[], renamed: readonly RenamedFunction[]): readonly string[] {
  return all.map((value, at) => {
    if (all[at - 1] === '--package') return renamed.find(({ from }) => value === from.crate)?.crate ?? value;
    const to = all[at - 1] === '--bin' ? renamed.find(({ from }) => value === binaryOf(from) || value === identityOf(from)) : undefined;
    return to === undefined ? value : binaryOf(to);
  });
}

/** Head's, where these are called by their binary alone, as in base's. */
function namedShort(all: readonly string[], renamed: readonly RenamedFunction[]): readonly string[] {
  return all.map((value, at) => {
    const named = all[at - 1] === '--bin' ? renamed.find((one) => value === identityOf(one)) : undefined;
    return named === undefined ? value : binaryOf(named);
  });
}

/**
 * An invocation's arguments begin with the folder where cargo ran, from the repository's top (empty: there), and name the manifest from it: both say where
 * the project is, which is no way to build it.
 */
function readArguments(all: readonly string[]): { readonly folder: string; readonly others: readonly string[] } {
  const ranIn = all[0]?.startsWith('-') === false ? all[0] : '';
  const others = ranIn === all[0] ? all.slice(1) : all;
  const at = others.indexOf('--manifest-path');
  const manifest = at === -1 ? 'Cargo.toml' : (others[at + 1] ?? '');
  const folder: string[] = [];
  for (const step of [...ranIn.split('/'), ...manifest.split('/').slice(0, -1)]) {
    if (step === '..' && folder.length > 0) folder.pop();
    else if (step !== '' && step !== '.') folder.push(step);
  }
  return {
    folder: folder.length === 0 ? "the repository's top" : folder.join('/'),
    others: at === -1 ? others : others.filter((_, index) => index !== at && index !== at + 1),
  };
}

const PATHS = ['checkout', 'target', 'cargoHome'] as const;

function noteOn(code: Note['code'], what: string, base: string, head: string, consequence: string): readonly Note[] {
  if (base === head) return [];
  const [from, to] = [base, head].map((text) => text.replaceAll(/\bsha256:[0-9a-f]{16}\b/g, '…'));
  // Of a setting that may hold a secret nothing but a digest is kept.
  const change = from === to ? 'is another one (see the workflow: its value is not kept)' : `${from || '(none)'} → ${to || '(none)'}`;
  return [{ code, text: `${what} ${change}: ${consequence}` }];
}

/** `1.95.0` of `rustc 1.95.0 (59807616e 2026-04-14)`; the whole line where the numbers are the same (two nightlies). */
function rustcNames(base: string, head: string): readonly [base: string, head: string] {
  const [from, to] = [base, head].map((line) => /^rustc (\S+)/.exec(line)?.[1]);
  return from === undefined || to === undefined || from === to ? [base.replace(/^rustc /, ''), head.replace(/^rustc /, '')] : [from, to];
}

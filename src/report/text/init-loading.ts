import type { FunctionComparison } from '../../core/model/comparison.ts';
import { deltaOf } from '../../core/pair.ts';
import { renderCount } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';

/** The phase whose code is the loader's alone. */
export const LOADING = 'code loading';
/** An entry of `.rela.dyn` and `.rela.plt`: Elf64_Rela of the System V ABI. */
const RELOCATION = 24;
const RELOCATIONS = new Set(['.rela.dyn', '.rela.plt']);
/** Fewer explain nothing: one takes about twenty instructions, a name that is looked up about a thousand. */
const FEWEST = 10;
const LIBRARIES = 3;

/** `: 20,000 more relocations`, `: libz.so.1 is loaded`: what makes the loader work, which is never a function's doing. */
export function loadedText({ sections, init }: FunctionComparison, style: TextStyle): string {
  const bytes = sections.reduce((sum, row) => sum + (RELOCATIONS.has(row.name) ? deltaOf(row) : 0), 0);
  const relocations = Math.floor(bytes / RELOCATION);
  const loaded = init.crates
    .filter(({ name, base, head }) => isLibrary(name) && base === 0 && (head ?? 0) > 0)
    .map(({ name }) => style.name(name));
  const texts = [
    ...(loaded.length === 0 ? [] : [`${listed(loaded, LIBRARIES)} ${loaded.length === 1 ? 'is' : 'are'} loaded`]),
    ...(relocations < FEWEST ? [] : [`${renderCount(relocations)} more relocations (addresses that are written at each start)`]),
  ];
  return texts.length === 0 ? '' : `: ${texts.join('; ')}`;
}

/** Libraries stand among the crates with their file names. */
function isLibrary(name: string): boolean {
  return /\.so(?:\.|$)/.test(name);
}

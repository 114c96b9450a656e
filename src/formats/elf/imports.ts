import { fieldOf, LARGEST_TABLE, stringsOf, tableOf, versionNeedsOf } from './dynamic.ts';
import { type ElfSource, stringAt } from './sections.ts';

/** SHT_DYNSYM and SHT_GNU_versym, `.gnu.version`: for each dynamic symbol which of the needed versions it is bound to. */
const DYNSYM = 11;
const VERSIONS = 0x6fffffff;
const SYMBOL = 24;
/** The highest bit says that a symbol is hidden. */
const VERSION_INDEX = 0x7fff;

/**
 * What the file takes from a library by symbol versions, in the order of its table: of `libm.so.6` perhaps `pow` alone. Empty for a program that
 * exports all it has: its table may be too large to read.
 */
export function importsOf(source: ElfSource, library: string): readonly string[] {
  const symbols = source.table.find(({ type }) => type === DYNSYM);
  const versions = source.table.find(({ type }) => type === VERSIONS);
  if (symbols === undefined || versions === undefined || symbols.size > LARGEST_TABLE) return [];
  const wanted = new Set([...versionNeedsOf(source)].filter((need) => need.library === library).map(({ index }) => index));
  if (wanted.size === 0) return [];
  const [table, bound] = [tableOf(source, symbols), tableOf(source, versions)];
  const names: string[] = [];
  for (let at = 0; (at + 1) * SYMBOL <= table.length && (at + 1) * 2 <= bound.length; at += 1) {
    if (!wanted.has(bound.readUInt16LE(at * 2) & VERSION_INDEX)) continue;
    names.push(stringAt(source, stringsOf(source, symbols), fieldOf(source, table, at * SYMBOL, 0), 'the name of a dynamic symbol'));
  }
  return names;
}

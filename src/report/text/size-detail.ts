import type { Parts } from '../../core/compare/parts.ts';
import { crateOf } from '../../core/crates.ts';
import type { Root } from '../../core/did.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import { deltaOf } from '../../core/pair.ts';
import type { ConstantRow, Row } from '../../core/rows.ts';
import { isJoinedName } from '../../core/symbol-names.ts';
import { bytes, renderBytes } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';
import { symbolText } from './symbols.ts';

/** What is named is so much of a cause at least. */
const MOST = 0.5;
/** A crate of the project is named where it is so much of what its crates grew by. */
const SHARE = 0.1;
const CRATES = 2;

interface Caused {
  /** As code is called, those alone that are in the figure. */
  readonly crates: ReadonlySet<string>;
  readonly delta: number;
}

/** `, most of it tables::TABLE`, `, most of it 100 more instances of tiny::work (3 → 103) +19.8 kB`: the constant or the function that is most of a cause. */
export function mostText({ crates, delta }: Caused, fn: FunctionComparison, { of }: Pick<Parts, 'of'>, style: TextStyle): string {
  if (of === 'packages') return '';
  const what =
    (of === 'code' ? null : constantIn(fn, crates, of, delta, style)) ?? symbolIn(fn, crates, of === 'code' ? delta : null, style);
  return what === null ? '' : `, most of it ${what}`;
}

/** ` (tables, shared)`: the crates of the project that its own code is of. */
export function ownCratesText(root: Root, fn: FunctionComparison, style: TextStyle): string {
  if (root.did.kind !== 'own' || root.did.of === 'function') return '';
  const rows = rowsOf(fn, new Set(root.crates));
  const whole = rows.reduce((sum, row) => sum + deltaOf(row), 0);
  const grown = rows
    .filter((row) => deltaOf(row) * Math.sign(whole) > Math.abs(whole) * SHARE)
    .toSorted((a, b) => Math.abs(deltaOf(b)) - Math.abs(deltaOf(a)));
  return grown.length === 0
    ? ''
    : ` (${listed(
        grown.map(({ name }) => style.name(name)),
        CRATES,
      )})`;
}

/** ` and data`, where its own constants and statics moved by more than its code. */
export function ownDataText({ did, crates }: Root, fn: FunctionComparison, of: Parts['of']): string {
  if (did.kind !== 'own' || of === 'code' || of === 'packages' || fn.notOwned !== null) return '';
  const own = new Set(crates);
  const rows = fn.owners.filter(({ kind, name }) => kind === 'crate' && own.has(crateOf(name)));
  const sum = (sort: 'code' | 'data'): number => rows.reduce((total, { bytes: figures }) => total + deltaOf(figures[sort]), 0);
  return Math.abs(sum('data')) > Math.abs(sum('code')) ? ' and data' : '';
}

function rowsOf(fn: FunctionComparison, crates: ReadonlySet<string>): readonly Row[] {
  const rows: readonly Row[] = fn.notOwned === null && fn.owners.length > 0 ? fn.owners.filter(({ kind }) => kind === 'crate') : fn.crates;
  return rows.filter(({ name }) => crates.has(crateOf(name)));
}

function constantIn(fn: FunctionComparison, crates: ReadonlySet<string>, of: Parts['of'], delta: number, style: TextStyle): string | null {
  const figure = (row: ConstantRow): number => deltaOf(of === 'package' ? row.zip : row);
  const own = fn.constants.filter(({ crate }) => crate !== null && crates.has(crateOf(crate)));
  const [first] = own.toSorted((a, b) => Math.abs(figure(b)) - Math.abs(figure(a)));
  if (first === undefined || figure(first) * Math.sign(delta) < Math.abs(delta) * MOST) return null;
  const unnamed = /^\[constant of (\d+) B\]$/.exec(first.name)?.[1];
  if (unnamed !== undefined) {
    const size = Number(unnamed);
    const included = fn.findings.find((one) => one.kind === 'large-include' && one.size === size);
    const whole = renderBytes(bytes(size));
    return included?.kind === 'large-include' ? `the file ${style.name(included.name)} of ${whole}` : `a constant of ${whole}`;
  }
  return first.name.startsWith('[') ? null : style.name(first.name);
}

/** `whole`: what it has to be most of; `null`: all bytes of the binary that are of these crates. */
function symbolIn(fn: FunctionComparison, crates: ReadonlySet<string>, whole: number | null, style: TextStyle): string | null {
  const sum = whole ?? rowsOf(fn, crates).reduce((total, row) => total + deltaOf(row), 0);
  const symbols = fn.causes.filter(({ name }) => crates.has(crateOf(name))).flatMap((cause) => cause.symbols);
  const [first] = symbols.filter(({ name }) => !isJoinedName(name)).toSorted((a, b) => Math.abs(deltaOf(b)) - Math.abs(deltaOf(a)));
  if (first === undefined || sum === 0 || deltaOf(first) * Math.sign(sum) < Math.abs(sum) * MOST) return null;
  return symbolText(first, style);
}

import { sentenceOn } from '../compare/metrics.ts';
import { mapPair } from '../pair.ts';
import type { Pair } from '../rows.ts';
import type { FunctionMeasurement } from '../snapshot/snapshot.ts';
import type { PackageTree } from './box.ts';
import { merged } from './merge.ts';
import { ownedBoxes } from './owned-boxes.ts';
import { boxOf, joined, leaf, type SideBox, sumOf, weightsOf } from './side-box.ts';

const OVERHEAD = '[ZIP headers and directory]';

/**
 * What the package of one function holds, base against head: its entries, the binary by crates, modules and functions, each crate's constants, and what
 * the archive says of itself. The root's figures are those of the package, of the binary and of its `.text`, to the byte. Where a side does not know
 * whose the bytes are, the binary is one box at both.
 */
export function packageTreeOf(pair: Pair<FunctionMeasurement>): PackageTree {
  const contents = mapPair(pair, contentsOf);
  const untold = sentenceOn(
    pair,
    mapPair(contents, (side) => (side.kind === 'untold' ? side.reason : null)),
  );
  const boxed = (fn: FunctionMeasurement | null, side: Contents | null): SideBox | null =>
    fn === null ? null : packageBox(fn, untold === null && side?.kind === 'told' ? side.boxes : []);
  const [base, head] = [boxed(pair.base, contents.base), boxed(pair.head, contents.head)];
  const isPackage = (fn: FunctionMeasurement | null, box: SideBox | null): boolean => fn?.package.size === box?.weights.zip;
  if (!isPackage(pair.base, base) || !isPackage(pair.head, head))
    return { kind: 'none', reason: 'the entries of its package do not add up to it' };
  const root = merged({ base, head });
  return root === null ? { kind: 'none', reason: 'it is at neither side' } : { kind: 'tree', root, untold };
}

type Contents = { readonly kind: 'told'; readonly boxes: readonly SideBox[] } | { readonly kind: 'untold'; readonly reason: string };

/** What its binary holds: told apart where all that is known of it adds up. */
function contentsOf(fn: FunctionMeasurement): Contents {
  const { owners, attribution } = fn;
  if (owners.kind === 'none') return { kind: 'untold', reason: owners.reason };
  const boxes = ownedBoxes(owners, attribution.kind === 'none' ? [] : attribution.symbols);
  if (boxes !== null && isWhole(fn, boxes)) return { kind: 'told', boxes };
  return { kind: 'untold', reason: 'what is said of its owners does not add up to the binary' };
}

function isWhole(fn: FunctionMeasurement, boxes: readonly SideBox[]): boolean {
  const sum = sumOf(boxes.map(({ weights }) => weights));
  const { zip, binary, code } = binaryBox(fn, []).weights;
  return sum.zip === zip && sum.binary === binary && sum.code === code;
}

function binaryBox({ binary, package: { entries } }: FunctionMeasurement, children: readonly SideBox[]): SideBox {
  const zip = entries.reduce((sum, { name, compressed }) => sum + (name === binary.entry ? compressed : 0), 0);
  return { name: binary.entry, kind: 'binary', weights: weightsOf({ zip, binary: binary.size, code: binary.text }), children };
}

function packageBox(fn: FunctionMeasurement, told: readonly SideBox[]): SideBox {
  const { file, entries, overhead } = fn.package;
  const others = entries.filter(({ name }) => name !== fn.binary.entry);
  const files = joined(others.map(({ name, compressed }) => leaf('file', name, weightsOf({ zip: compressed }))));
  return boxOf('package', file.slice(file.lastIndexOf('/') + 1), [
    binaryBox(fn, told),
    ...files,
    leaf('overhead', OVERHEAD, weightsOf({ zip: overhead })),
  ]);
}

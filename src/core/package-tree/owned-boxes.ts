import { sharedName } from '../compare/owners.ts';
import { groupBy } from '../pair.ts';
import { BYTE_SORTS } from '../rows.ts';
import type { OwnedBytes, OwnedParts } from '../snapshot/owners.ts';
import { zipOf } from '../snapshot/owners.ts';
import type { SymbolSize } from '../snapshot/snapshot.ts';
import { isJoinedName } from '../symbol-names.ts';
import type { Weights } from './box.ts';
import { areSizes, boxOf, isNothing, joined, leaf, type SideBox, weightsOf, without } from './side-box.ts';
import { symbolPath } from './symbol-path.ts';

/** All that several crates use, whichever they are. */
const SHARED = 'shared by several crates';
const CODE_REST = '[code without a name]';
const DATA_REST = '[smaller constants]';

interface Owner {
  readonly kind: 'crate' | 'shared' | 'part';
  readonly name: string;
  readonly bytes: OwnedBytes;
  /** As constants name it; `null` of a part, which has none. */
  readonly crates: readonly string[] | null;
}

/** The binary told apart by its owners; `null` where it holds less than its parts are said to have. */
export function ownedBoxes(owners: OwnedParts, symbols: readonly SymbolSize[]): readonly SideBox[] | null {
  const { crates, shared, parts, constants } = owners;
  const code = groupBy(symbols, ({ owned }) => owned?.by ?? '');
  const data = groupBy(constants, (one) => one.crates.join('\0'));
  const all = [
    ...crates.map(({ name, ...bytes }): Owner => ({ kind: 'crate', name, bytes, crates: [name] })),
    ...shared.map(({ crates: several, ...bytes }): Owner => ({ kind: 'shared', name: sharedName(several), bytes, crates: several })),
    ...parts.map(({ name, ...bytes }): Owner => ({ kind: 'part', name, bytes, crates: null })),
  ];
  const boxes = all.map((owner) => {
    const own = owner.kind === 'shared' ? [] : (code.get(owner.name) ?? []);
    return ownerBox(owner, own, owner.crates === null ? [] : (data.get(owner.crates.join('\0')) ?? []));
  });
  const told = boxes.flatMap((box) => box ?? []);
  if (told.length < boxes.length) return null;
  const [several, others] = [told.filter(({ kind }) => kind === 'shared'), told.filter(({ kind }) => kind !== 'shared')];
  return [...others, ...(several.length === 0 ? [] : [boxOf('shared', SHARED, several)])];
}

function ownerBox(
  { kind, name, bytes }: Owner,
  symbols: readonly SymbolSize[],
  constants: readonly OwnedParts['constants'][number][],
): SideBox | null {
  const functions = joined(functionBoxes(name, symbols));
  const named = joined(constants.map((one) => leaf('constant', one.name, weightsOf({ zip: one.zip, binary: one.size }))));
  const code = without(
    weightOf(bytes, 'code'),
    functions.map(({ weights }) => weights),
  );
  const data = without(
    weightOf(bytes, 'data'),
    named.map(({ weights }) => weights),
  );
  if (!areSizes(code) || !areSizes(data)) return null;
  const sorts = (['unwinding', 'relocations', 'other'] as const).map((sort) => leaf('sort', sort, weightOf(bytes, sort)));
  const constantsBox = boxOf('sort', 'data', [...named, leaf('rest', DATA_REST, data)].filter(isSomething));
  const children = [...functions, leaf('rest', CODE_REST, code), constantsBox, ...sorts].filter(isSomething);
  return { name, kind, weights: whole(bytes), children };
}

function isSomething({ weights }: SideBox): boolean {
  return !isNothing(weights);
}

function weightOf(bytes: OwnedBytes, sort: (typeof BYTE_SORTS)[number]): Weights {
  return weightsOf({ zip: bytes.zip[sort], binary: bytes[sort], code: sort === 'code' ? bytes.code : 0 });
}

function whole(bytes: OwnedBytes): Weights {
  return weightsOf({ zip: zipOf(bytes), binary: BYTE_SORTS.reduce((sum, sort) => sum + bytes[sort], 0), code: bytes.code });
}

interface Placed {
  readonly modules: readonly string[];
  readonly box: SideBox;
}

function functionBoxes(crate: string, symbols: readonly SymbolSize[]): readonly SideBox[] {
  const placed = symbols.map(({ name: symbol, owned }): Placed => {
    const { modules, name } = symbolPath(symbol, crate);
    const weights = weightsOf({ zip: owned?.zip ?? 0, binary: owned?.code ?? 0, code: owned?.code ?? 0 });
    return { modules, box: leaf(isJoinedName(symbol) ? 'rest' : 'symbol', name, weights) };
  });
  return modulesOf(placed, 0);
}

function modulesOf(placed: readonly Placed[], depth: number): readonly SideBox[] {
  const here = placed.filter(({ modules }) => modules.length <= depth);
  const deeper = groupBy(
    placed.filter(({ modules }) => modules.length > depth),
    ({ modules }) => modules[depth] ?? '',
  );
  return [
    ...[...deeper].map(([name, inside]) => boxOf('module', name, joined(modulesOf(inside, depth + 1)))),
    ...here.map(({ box }) => box),
  ];
}

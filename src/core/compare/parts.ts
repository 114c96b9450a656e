import { crateOf, matchesCrate, NO_SYMBOL } from '../crates.ts';
import type { Root } from '../did.ts';
import { crateMetricRow, globOf, isCrateMetric, type Metric } from '../metrics.ts';
import type { FunctionComparison } from '../model/comparison.ts';
import { deltaOf } from '../pair.ts';
import { OVERHEAD, type OwnerRow, type Pair } from '../rows.ts';
import { groupsBy, type RootGroup } from './root-groups.ts';

/** What a figure grew by, told apart by what a person did: `roots`, `common` and `rest` add up to `delta`, exactly. */
export interface Parts {
  /** What the parts are part of. `code` of a package: as it is unpacked, where it is not known what each part costs there. */
  readonly of: 'package' | 'unpacked' | 'binary' | 'code' | 'packages';
  readonly delta: number;
  readonly roots: readonly { readonly root: Root; readonly delta: number }[];
  readonly common: readonly Common[];
  /** What no root explains. */
  readonly rest: readonly Part[];
}

/** Crates that several roots have, by name, the largest change first. */
export interface Common {
  readonly roots: readonly Root[];
  readonly crates: readonly string[];
  readonly delta: number;
}

/**
 * A part of a figure. `shared`: constants that several crates use; `file`: one beside the binary; `part`: of the binary, and no crate's;
 * `none`: what is left over.
 */
export interface Part {
  readonly kind: 'crate' | 'shared' | 'part' | 'file' | 'none';
  readonly name: string;
  readonly delta: number;
}

/** A part with the crates that it is of: one, those that share it, or none. */
interface Owned extends Part {
  readonly crates: readonly string[];
}

/** The parts of a metric's change; `null` of what has none, and where whose the bytes are was not measured at a side. */
export function partsOf(fn: FunctionComparison, metric: Metric): Parts | null {
  if (metric === 'dependencies') return packagesOf(fn);
  const isOwned = fn.notOwned === null && fn.owners.length > 0;
  if (isCrateMetric(metric)) return isOwned ? crateParts(fn, metric) : null;
  switch (metric) {
    case 'zip':
      if (isOwned) return parted(fn, 'package', [...ownedBy(fn, ({ zip }) => zip), ...filesOf(fn)], deltaOf(fn.metrics.zip));
      return codeParts(fn);
    case 'unzipped':
      if (isOwned) return parted(fn, 'unpacked', [...ownedBy(fn, (row) => row), ...unpackedFiles(fn)], deltaOf(fn.metrics.unzipped));
      return codeParts(fn);
    case 'text':
      return codeParts(fn);
    case 'binary':
      if (isOwned)
        return parted(
          fn,
          'binary',
          ownedBy(fn, (row) => row),
          deltaOf(fn.metrics.binary),
        );
      return fn.notAttributed === null ? parted(fn, 'binary', [...crateRows(fn), ...sectionsOf(fn)], deltaOf(fn.metrics.binary)) : null;
    default:
      return null;
  }
}

function codeParts(fn: FunctionComparison): Parts | null {
  return fn.crates.length === 0 ? null : parted(fn, 'code', crateRows(fn), deltaOf(fn.metrics.text));
}

/** What a limit on crates bounds: nothing of it is of another crate. */
function crateParts(fn: FunctionComparison, metric: Extract<Metric, `crate${string}`>): Parts {
  const glob = globOf(metric);
  const figures = {
    'crate-zip': { of: 'package', figure: ({ zip }: OwnerRow) => zip },
    'crate-text': { of: 'code', figure: ({ bytes }: OwnerRow) => bytes.code },
    crate: { of: 'binary', figure: (row: OwnerRow) => row },
  } as const;
  const { of, figure } = figures[crateMetricRow(metric)?.prefix ?? 'crate'];
  const rows = ownedBy(fn, figure).filter(({ kind, name }) => kind === 'crate' && matchesCrate(glob, name));
  return parted(fn, of, rows, sumOf(rows));
}

function ownedBy({ owners }: FunctionComparison, figure: (row: OwnerRow) => Pair<number>): readonly Owned[] {
  return owners.map((row) => ({ kind: row.kind, name: row.name, crates: row.crates, delta: deltaOf(figure(row)) }));
}

function crateRows({ crates }: FunctionComparison): readonly Owned[] {
  return crates.map((row) => {
    if (row.name === NO_SYMBOL) return { kind: 'none', name: row.name, crates: [], delta: deltaOf(row) };
    // `[padding]`, `[C runtime]`: no crate's.
    const isCrate = !row.name.startsWith('[');
    return { kind: isCrate ? 'crate' : 'part', name: row.name, crates: isCrate ? [row.name] : [], delta: deltaOf(row) };
  });
}

function sectionsOf({ sections }: FunctionComparison): readonly Owned[] {
  return sections.filter(({ name }) => name !== '.text').map((row) => ({ kind: 'part', name: row.name, crates: [], delta: deltaOf(row) }));
}

/** What lies beside the binary; the binary's own entry is what its owners' shares add up to. */
function filesOf({ owners, package: entries }: FunctionComparison): readonly Owned[] {
  const sum = (side: 'base' | 'head'): number => owners.reduce((total, { zip }) => total + (zip[side] ?? 0), 0);
  const [base, head] = [sum('base'), sum('head')];
  const binary = entries.findIndex((row) => row.base === base && row.head === head);
  return entries.flatMap((row, index): readonly Owned[] =>
    index === binary ? [] : [{ kind: row.name === OVERHEAD ? 'none' : 'file', name: row.name, crates: [], delta: deltaOf(row) }],
  );
}

/** Files beside the binary, unpacked: what each has there is not kept, all of them together are what the binary leaves over. */
function unpackedFiles(fn: FunctionComparison): readonly Owned[] {
  const left = fn.owners.reduce((sum, row) => sum - deltaOf(row), deltaOf(fn.metrics.unzipped));
  const [first, ...others] = filesOf(fn)
    .filter(({ kind, delta }) => kind === 'file' && delta !== 0)
    .toSorted((a, b) => Math.abs(b.delta) - Math.abs(a.delta));
  if (left === 0 || first === undefined) return [];
  return [{ ...first, name: others.length === 0 ? first.name : `${first.name} and ${others.length} more`, delta: left }];
}

function parted(fn: FunctionComparison, of: Parts['of'], owned: readonly Owned[], delta: number): Parts {
  const groupOf = groupsBy(fn);
  const sums = new Map<RootGroup, Owned[]>();
  const rest: Part[] = [];
  for (const part of owned) {
    const group = groupOf(part);
    const { kind, name, delta: grown } = part;
    if (group === null) rest.push({ kind, name, delta: grown });
    else sums.set(group, [...(sums.get(group) ?? []), part]);
  }
  const groups = Array.from(sums, ([group, parts]) => ({ group, parts, delta: sumOf(parts) }));
  // Crates of another build than what ships do not add up to it, nor does the binary to what is unpacked.
  const left = delta - sumOf(groups) - sumOf(rest);
  const all: readonly Part[] = [...rest, { kind: 'none', name: '', delta: left }];
  return {
    ...{ of, delta },
    roots: groups.flatMap(({ group: [root, ...others], delta: sum }) => (others.length > 0 ? [] : [{ root, delta: sum }])),
    common: groups.flatMap(({ group, parts, delta: sum }) =>
      group.length === 1 ? [] : [{ roots: group, crates: namesOf(parts), delta: sum }],
    ),
    rest: all.filter((part) => part.delta !== 0),
  };
}

function namesOf(parts: readonly Owned[]): readonly string[] {
  const crates = parts.filter(({ kind, delta }) => kind === 'crate' && delta !== 0);
  return crates.toSorted((a, b) => Math.abs(b.delta) - Math.abs(a.delta)).map(({ name }) => crateOf(name));
}

function packagesOf(fn: FunctionComparison): Parts | null {
  const { base, head } = fn.metrics.dependencies;
  if (base === null || head === null || fn.notLinked !== null) return null;
  const roots = fn.roots.flatMap((root) => (root.packages === 0 ? [] : [{ root, delta: root.packages }]));
  const left = head - base - sumOf(roots);
  return { of: 'packages', delta: head - base, roots, common: [], rest: left === 0 ? [] : [{ kind: 'none', name: '', delta: left }] };
}

function sumOf(parts: readonly { readonly delta: number }[]): number {
  return parts.reduce((sum, { delta }) => sum + delta, 0);
}

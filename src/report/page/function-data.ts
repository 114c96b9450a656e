import type { Row } from '../../core/rows.ts';
import { PLAIN } from '../text/escape.ts';
import type { DependencyData, RowData } from './data.ts';
import type { PageDependency } from './input.ts';
import type { Names } from './names.ts';

export function rowsData(rows: readonly Row[], names: Names): readonly RowData[] {
  return rows.map(({ name, base, head }) => [names.placeOf(name), base, head]);
}

export function dependencyData({ name, own, versions, weights }: PageDependency, names: Names): DependencyData {
  const text = (all: readonly string[] | null): string => (all ?? []).map((version) => PLAIN.name(version)).join(', ');
  return {
    name: names.placeOf(name),
    own,
    versions: { base: text(versions.base), head: text(versions.head) },
    base: weights.base?.binary ?? null,
    head: weights.head?.binary ?? null,
  };
}

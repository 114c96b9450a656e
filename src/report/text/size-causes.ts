import type { Common, Part, Parts } from '../../core/compare/parts.ts';
import type { Root } from '../../core/did.ts';

/** What brought less of a change than this is not its cause. */
const SHARE = 0.1;
const CAUSES = 2;
/** Crates that stayed are named where a few are so much of what all of them moved by. */
const MOST = 0.5;

/** A cause of a figure's change that is worth telling. */
export type SizeCause =
  | { readonly kind: 'root'; readonly root: Root; readonly delta: number }
  /** What several roots have under one name. */
  | { readonly kind: 'common'; readonly common: Common; readonly delta: number }
  /** A file beside the binary. */
  | { readonly kind: 'file'; readonly part: Part; readonly delta: number }
  /** Crates that stayed what they were; `names`: those whose figure it is, which are most of it; where many are, none, and it is all of them. */
  | { readonly kind: 'staying'; readonly names: readonly string[]; readonly delta: number }
  /** Nobody's doing: a part of the binary, or what several share. */
  | { readonly kind: 'rest'; readonly part: Part; readonly delta: number };

/** What a person did that is a worthwhile share of the change, in its direction, the largest first; where there is none, what else is. */
export function causesIn({ roots, common, rest, delta: change }: Parts): readonly SizeCause[] {
  const largest = (all: readonly SizeCause[]): readonly SizeCause[] =>
    all
      .filter(({ delta }) => delta * Math.sign(change) > Math.abs(change) * SHARE)
      .toSorted((a, b) => Math.abs(b.delta) - Math.abs(a.delta))
      .slice(0, CAUSES);
  const did = largest([
    ...roots.map(({ root, delta }) => ({ kind: 'root' as const, root, delta })),
    ...common.map((one) => ({ kind: 'common' as const, common: one, delta: one.delta })),
    ...rest.filter(({ kind }) => kind === 'file').map((part) => ({ kind: 'file' as const, part, delta: part.delta })),
  ]);
  if (did.length > 0) return did;
  const others = rest.filter(({ kind }) => kind === 'shared' || kind === 'part');
  return largest([
    stayingIn(rest.filter(({ kind }) => kind === 'crate')),
    ...others.map((part) => ({ kind: 'rest' as const, part, delta: part.delta })),
  ]).slice(0, 1);
}

function stayingIn(crates: readonly Part[]): SizeCause {
  const delta = crates.reduce((sum, part) => sum + part.delta, 0);
  const most = crates
    .filter((part) => part.delta * delta > 0)
    .toSorted((a, b) => Math.abs(b.delta) - Math.abs(a.delta))
    .slice(0, CAUSES);
  const enough = most.findIndex((_, place) => {
    const told = most.slice(0, place + 1).reduce((sum, part) => sum + part.delta, 0);
    return Math.abs(told) >= Math.abs(delta) * MOST;
  });
  const named = most.slice(0, enough + 1);
  if (named.length === 0 || named.some(({ name }) => name.startsWith('['))) return { kind: 'staying', names: [], delta };
  return { kind: 'staying', names: named.map(({ name }) => name), delta: named.reduce((sum, part) => sum + part.delta, 0) };
}

import type { FlameNode } from '../../core/flame.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { PackageTree, Weights } from '../../core/package-tree/box.ts';
import type { Pair } from '../../core/rows.ts';
import type { FunctionMeasurement } from '../../core/snapshot/snapshot.ts';
import type { AbsentLeg, ReportedLeg } from '../text/legs.ts';

/** All that a page shows: the jobs of a matrix, or the one check of a laptop. */
export interface PageInput {
  /** Never empty. */
  readonly legs: readonly PageLeg[];
}

/** `name` is empty where there is one check alone. */
export type PageLeg = (ReportedLeg & { readonly functions: readonly PageFunction[] }) | AbsentLeg;

/** In the order of the outcome's functions. */
export interface PageFunction {
  /** Figures, sections, entries, findings, causes, init, cold starts. */
  readonly comparison: FunctionComparison;
  /** As measured: every timed start (`init`) and every cold start's sample (`coldStart`). */
  readonly measured: Pair<FunctionMeasurement>;
  readonly tree: PackageTree;
  /** What is linked into it, the largest change first. `null`: not known at a side. */
  readonly dependencies: readonly PageDependency[] | null;
  /** Instructions of init and of the first response by call; `null`: they were not counted in this job, or nobody asked. */
  readonly flame: FlameNode | null;
}

/** A package that is linked in at base, at head, or at both. */
export interface PageDependency {
  readonly name: string;
  /** Of the project's own: no registry, no git. */
  readonly own: boolean;
  /** In order; several where it is linked in several versions. `[]`: not linked at that side; `null`: no such side. */
  readonly versions: Pair<readonly string[]>;
  /** What its crate weighs, all versions together; `null` at both sides where no byte has an owner. */
  readonly weights: Pair<Weights>;
}

import type { FlameViewer } from '../flame-graph/flame-graph.ts';
import type { FlameTitle } from '../flame-graph/head.ts';
import type { Side } from './address.ts';
import type { WireBoxes } from './wire-boxes.ts';
import type { WireFlame } from './wire-flame.ts';

/** What the script of a page is given: all names are shown names, as text or by their place in `names`. */
export interface PageData {
  readonly names: readonly string[];
  /** The address that a page opens at where its own says nothing. */
  readonly open: string;
  readonly functions: readonly FunctionData[];
  /** `null`: no function has a flame graph. */
  readonly flame: FlameViewer | null;
}

export interface FunctionData {
  /** The leg with it, where there are legs: what addresses call it. */
  readonly key: string;
  /** `over its limit`, `new`; empty where there is nothing to say. */
  readonly note: string;
  readonly boxes: WireBoxes | null;
  /** Why the package, or its binary, is not told apart; `null`: it is. */
  readonly untold: string | null;
  /** What it can be seen at: of a new one there is head alone, of a removed one base. Never empty. */
  readonly sides: readonly Side[];
  readonly sections: readonly RowData[];
  readonly files: readonly RowData[];
  readonly dependencies: readonly DependencyData[] | null;
  readonly init: InitData;
  readonly firstResponse: StartedData;
  readonly coldStarts: ColdStartData;
}

/** A name by its place, and its figure at base and at head. */
export type RowData = readonly [name: number, base: number | null, head: number | null];

export interface DependencyData {
  readonly name: number;
  readonly own: boolean;
  /** `1.2.3, 1.3.0`; empty: not linked there. */
  readonly versions: { readonly base: string; readonly head: string };
  /** Bytes of the binary. */
  readonly base: number | null;
  readonly head: number | null;
}

/** Samples of a time at both sides, milliseconds. */
export interface SampledData {
  readonly title: string;
  /** `+35 %, interval +22 % to +49 %, 40 pairs`. */
  readonly change: string;
  readonly base: SideSamples | null;
  readonly head: SideSamples | null;
}

export interface SideSamples {
  readonly values: readonly number[];
  readonly median: number;
  /** Where the median lies; `null`: nobody said. */
  readonly interval: readonly [lower: number, upper: number] | null;
}

/** What a part of a start took: init, or the first response. */
export interface StartedData {
  /** What is to be said of it beside its figures: why there are none. */
  readonly notes: readonly string[];
  /** Instructions; `null` at a side: they were not counted there. */
  readonly phases: readonly RowData[];
  /** Own and inclusive instructions. */
  readonly functions: readonly (readonly [
    name: number,
    crate: number,
    ownBase: number | null,
    ownHead: number | null,
    base: number | null,
    head: number | null,
  ])[];
  readonly times: readonly SampledData[];
  /** What else is counted: page faults, connections, memory. */
  readonly counts: readonly RowData[];
}

export interface InitData extends StartedData {
  readonly flame: { readonly calls: WireFlame; readonly title: FlameTitle } | null;
}

export interface ColdStartData {
  readonly notes: readonly string[];
  readonly times: readonly SampledData[];
  readonly counts: readonly RowData[];
}

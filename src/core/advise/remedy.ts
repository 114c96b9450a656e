/** A value in a file of TOML and what becomes of it. */
export interface TomlEdit {
  /** From the repository's top; it need not be there yet. */
  readonly file: string;
  readonly path: readonly string[];
  /** `undefined`: it is not there, or is taken out. */
  readonly change: (before: unknown) => unknown;
}

export const REMEDY_SORTS = ['profile', 'loading', 'features', 'versions'] as const;

/** What a binary must show for its remedy to have been taken up by the linker: zig ignores some flags without a word. */
export interface Shape {
  /** Whether the loader of the image starts it. */
  readonly dynamic?: boolean;
  /** Linked to a fixed address (`ET_EXEC`): nothing is relocated at start. */
  readonly fixed?: boolean;
  /** Libraries that it must not need any more. */
  readonly without?: readonly string[];
}

/** Something that a team may change, from the closed list of `src/core/advise`. */
export interface Remedy {
  /** The same for the same remedy in every run: `lto=fat`, `reqwest:default-features`. */
  readonly id: string;
  /** As a developer would write it. */
  readonly title: string;
  readonly sort: (typeof REMEDY_SORTS)[number];
  /** Of several that fill one slot only one can be taken. */
  readonly slots: readonly string[];
  readonly edits: readonly TomlEdit[];
  /** What `cargo update` is to do after the edits; `null`: the lock file follows by itself, without the network. */
  readonly update: readonly string[] | null;
  /** What else it changes: a sentence without a full stop. `null`: nothing that a caller of the function could see. */
  readonly behaviour: string | null;
  readonly shape: Shape | null;
  /** What it may take off the package at most, as far as is known before it is built, in bytes; it decides what is tried first. */
  readonly promise: number;
  /** Why it is not built at all; `null`: it is. */
  readonly refused: string | null;
}

/** What a candidate measured; `null`: it was not started, or could not be counted. */
export interface AdviceFigures {
  /** Bytes of the package. */
  readonly zip: number;
  /** Bytes of the binary. */
  readonly binary: number;
  /** Executed until the first event was asked for, by callgrind. */
  readonly instructions: number | null;
  /** Page faults of a start, minor and major: the median. */
  readonly faults: number | null;
  /** Bytes resident at most: the median. */
  readonly memory: number | null;
}
export type AdviceMetric = keyof AdviceFigures;

/** How a candidate ended. */
export type Outcome =
  /** `patch`: what `git apply` takes. `unfit`: why Lambda's image does not take it; `null`: it does. */
  | {
      readonly kind: 'measured';
      readonly figures: AdviceFigures;
      readonly patch: string;
      /** Who linked it, and what the binary shows. */
      readonly link: string;
      readonly unfit: string | null;
      /** `none`: no command was given. `failed`: the team's own command did, with its last line. */
      readonly verified: { readonly kind: 'passed' | 'none' } | { readonly kind: 'failed'; readonly said: string };
      readonly started: boolean;
    }
  | { readonly kind: 'refused' | 'not-built' | 'not-started' | 'no-effect' | 'not-tried'; readonly reason: string };

export type MeasuredOutcome = Extract<Outcome, { readonly kind: 'measured' }>;

/** Head without the candidate, against which each is held: a change of one figure, negative where it is better; `null` where a side has none. */
export function changeOf(base: AdviceFigures, to: AdviceFigures, metric: AdviceMetric): number | null {
  const [before, after] = [base[metric], to[metric]];
  return before === null || after === null ? null : after - before;
}

/** Whether two remedies cannot be taken together. */
export function excludeEachOther(one: Pick<Remedy, 'slots'>, other: Pick<Remedy, 'slots'>): boolean {
  return one.slots.some((slot) => other.slots.includes(slot));
}

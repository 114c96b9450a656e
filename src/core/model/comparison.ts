import type { Move, Root } from '../did.ts';
import type { NamedFunction } from '../function-names.ts';
import type { TableMetric } from '../metrics.ts';
import type { ConstantRow, OwnerRow, Pair, Row, SymbolRow } from '../rows.ts';
import type { Finding, ProjectFinding } from '../snapshot/findings.ts';
import type { LockedPackage, Note } from '../snapshot/snapshot.ts';
import type { Repeated } from '../spread.ts';
import type { Base, Side } from './base.ts';
import type { ColdStartComparison } from './cold-start.ts';
import type { EventChange, FirstResponseComparison } from './first-response.ts';
import type { HiddenVariant, InitComparison } from './init.ts';
import type { LimitChange } from './limits.ts';

/** One metric of a function at base and at head. */
export interface MetricFigures extends Pair<number> {
  /** Of a metric that is measured several times: its runs or samples at each side. */
  readonly spread: Pair<Repeated> | null;
  /** Why a side at which the function exists has no figure; `null` where each has one. */
  readonly reason: string | null;
}

export type FunctionStatus = 'changed' | 'unchanged' | 'added' | 'removed';

/** A crate that changed and what brought the change. Sizes are bytes of the binary, of `.text` where owners are not known. */
export interface Cause extends Row {
  /** The packages with this crate's name that moved. Empty: the same versions and features, other code generated. */
  readonly changes: readonly Move[];
  /** From a workspace member down to the package, where it was added: `health → regex → aho-corasick`. Empty otherwise. */
  readonly via: readonly string[];
  /** The symbols of the crate that changed most; instances of one function are one row under its name. */
  readonly symbols: readonly SymbolRow[];
  /** Symbols at both sides that moved by a few bytes each and are not in `symbols`, with the sum of it. */
  readonly few: { readonly symbols: number; readonly delta: number };
  /** Of its change, the bytes that are only counted with another crate than before: neither came nor went. */
  readonly moved: number;
}

/** What is wrong with a head's package, or came with this change. */
export type FunctionFinding = Finding | TwoVersions;

/** A package that is linked in more versions than at base. */
export interface TwoVersions {
  readonly kind: 'two-versions';
  readonly name: string;
  /** The newest first, each with the first few that ask for it. */
  readonly versions: readonly { readonly version: string; readonly by: readonly string[] }[];
  /** Bytes of code of all its versions together; `null` where crates were not measured. */
  readonly size: Pair<number>;
}

export interface FunctionComparison {
  readonly name: string;
  readonly crate: string;
  /** What base calls it, where its binary or its package has another name there; `null`: the same. */
  readonly formerly: NamedFunction | null;
  readonly status: FunctionStatus;
  readonly sha256: Pair<string>;
  readonly metrics: Readonly<Record<TableMetric, MetricFigures>>;
  /** Why the crates of a side at which the function exists are not known; `null` where they are. */
  readonly notAttributed: string | null;
  /** Crates of `.text` with rows for what is no crate's: they add up to `text`. C and assembly with the package they came from where `owners` are known. */
  readonly crates: readonly Row[];
  /** Why the bytes of a side at which the function exists have no owners; `null` where they have. */
  readonly notOwned: string | null;
  /** They add up to `binary`, and their `zip` to the compressed binary in `package`. Empty where they are not known at both sides. */
  readonly owners: readonly OwnerRow[];
  /** The largest constants and statics. */
  readonly constants: readonly ConstantRow[];
  /** With one row for what no symbol covers they add up to the `.text` that was attributed. */
  readonly symbols: readonly SymbolRow[];
  /** Sections and one row for headers: they add up to `binary`. */
  readonly sections: readonly Row[];
  /** Entries (compressed) and one row for their overhead: they add up to `zip`. */
  readonly package: readonly Row[];
  readonly findings: readonly FunctionFinding[];
  /** Those of `findings` that no change is to blame for: base has them too, or there is none. */
  readonly standing: readonly FunctionFinding[];
  readonly causes: readonly Cause[];
  /** What a person did that changed it; empty of one that is not changed. */
  readonly roots: readonly Root[];
  /** Why nobody knows at a side what is linked into it, so that only its own code is told apart; `null` where that is known. */
  readonly notLinked: string | null;
  /** Of head's init and first response: what may be another function's work on a processor that valgrind does not show. */
  readonly hidden: readonly HiddenVariant[];
  readonly init: InitComparison;
  readonly firstResponse: FirstResponseComparison;
  readonly coldStart: ColdStartComparison;
}

export interface DuplicatePackage {
  readonly name: string;
  readonly versions: readonly string[];
}

export interface DependencyComparison {
  readonly added: readonly Pick<LockedPackage, 'name' | 'version'>[];
  readonly removed: readonly Pick<LockedPackage, 'name' | 'version'>[];
  readonly changed: readonly { readonly name: string; readonly base: string; readonly head: string }[];
  /** Packages that stand in head's lock file in more than one version. */
  readonly duplicates: readonly DuplicatePackage[];
  readonly count: Pair<number>;
}

export interface Comparison {
  readonly base: Base;
  readonly head: Side;
  readonly functions: readonly FunctionComparison[];
  readonly dependencies: DependencyComparison;
  /** What differs between the sides besides the code (toolchain, profile), and what the build had to say. */
  readonly notes: readonly Note[];
  /** What the project's files set, for all functions; `standing` as of a function. */
  readonly project: { readonly findings: readonly ProjectFinding[]; readonly standing: readonly ProjectFinding[] };
  /** Limits in `Cargo.toml` that this change adds, drops or alters. Shown, never obeyed. */
  readonly limitChanges: readonly LimitChange[];
  /** Events in `Cargo.toml` that this change alters. Shown, never obeyed. */
  readonly eventChanges: readonly EventChange[];
}

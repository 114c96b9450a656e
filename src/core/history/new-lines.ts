import type { Did, Root } from '../did.ts';
import { METRICS } from '../metrics.ts';
import type { Comparison, FunctionComparison } from '../model/comparison.ts';
import type { FunctionMeasurement } from '../snapshot/snapshot.ts';
import { withoutUnseen } from '../text.ts';
import { buildMark } from './at-commit.ts';
import { type Bump, HISTORY_SCHEMA, type HistoryLine, LONGEST_SUBJECT } from './line.ts';
import { joinBumps, joinTags } from './merge.ts';
import { isTag } from './update.ts';

/** What is known of a commit beside its measurement; of git, never of what was measured. */
export interface Committed {
  readonly sha: string;
  /** UTC, to the second, as all instants here. */
  readonly time: string;
  readonly subject: string;
  readonly tags: readonly string[];
}

/**
 * The lines of one comparison: one for each function that head has and that was measured. What no change reaches is what it was at the commit before,
 * and has a line with its figures.
 */
export function linesOf(
  comparison: Comparison,
  committed: Committed,
  { leg, written }: Pick<HistoryLine, 'leg' | 'written'>,
): readonly HistoryLine[] {
  const { head, base } = comparison;
  const { invocation } = head.snapshot;
  return comparison.functions.flatMap((fn): readonly HistoryLine[] => {
    const measured = head.snapshot.functions.find(({ name }) => name === fn.name);
    if (measured === undefined || fn.status === 'removed') return [];
    return [
      {
        schema: HISTORY_SCHEMA,
        time: committed.time,
        commit: committed.sha,
        subject: withoutUnseen(committed.subject).slice(0, LONGEST_SUBJECT),
        tags: joinTags(committed.tags.filter(isTag), []),
        function: fn.name,
        crate: fn.crate,
        leg,
        arch: measured.arch,
        profile: invocation.profile,
        ...figuresOf(fn),
        bumps: bumpsOf(fn.roots),
        sha256: measured.binary.sha256,
        base: base.kind === 'measured' ? base.snapshot.commit.sha : null,
        tools: {
          coldgate: invocation.coldgate.slice(0, 256),
          cargoLambda: invocation.cargoLambda.slice(0, 256),
          rustc: invocation.rustc.slice(0, 256),
          cLibrary: cLibraryOf(measured),
        },
        build: buildMark(invocation),
        written,
      },
    ];
  });
}

function figuresOf({ metrics }: FunctionComparison): Pick<HistoryLine, 'figures' | 'spread'> {
  const known = METRICS.flatMap(({ name }) => {
    const { head, spread } = metrics[name];
    return head === null ? [] : [{ name, head, spread: spread?.head ?? null }];
  });
  const spread = known.flatMap(({ name, spread: side }): readonly (readonly [string, [number, number]])[] =>
    side === null || side.low === side.high ? [] : [[name, [side.low, side.high]]],
  );
  return { figures: Object.fromEntries(known.map(({ name, head }) => [name, head])), spread: Object.fromEntries(spread) };
}

/** What a person changed, each in a line of a manifest or of the lock file: what came along is not theirs. */
function bumpsOf(roots: readonly Root[]): Bump[] {
  return joinBumps(roots.flatMap(({ did }) => bumpOf(did) ?? []).filter(isReadable), []);
}

function bumpOf(did: Did): Bump | null {
  switch (did.kind) {
    case 'added':
      return { name: did.name, from: null, to: did.version };
    case 'removed':
      return { name: did.name, from: did.version, to: null };
    case 'changed':
      return { name: did.name, from: did.base, to: did.head };
    case 'features':
    case 'own':
    case 'toolchain':
    case 'profile':
      return null;
  }
}

/** As cargo writes names and versions: a line's bounds hold, whoever wrote the lock file. */
function isReadable({ name, from, to }: Bump): boolean {
  return /^[\w+.-]{1,256}$/.test(name) && [from, to].every((version) => version === null || /^[\w+.~-]{1,100}$/.test(version));
}

function cLibraryOf({ init }: FunctionMeasurement): string | null {
  return init?.kind === 'measured' ? (init.timed.cLibrary?.slice(0, 256) ?? null) : null;
}

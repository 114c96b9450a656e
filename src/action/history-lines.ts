import { compare } from '../core/compare/compare.ts';
import { identityOf, isFunctionName, meaning } from '../core/function-names.ts';
import { type HistoryLine, readLine, renderLine } from '../core/history/line.ts';
import type { Months } from '../core/history/months.ts';
import { type Committed, linesOf } from '../core/history/new-lines.ts';
import { groupBy } from '../core/pair.ts';
import { PLAIN } from '../report/text/escape.ts';
import type { Leg } from './leg.ts';

/** What a run knows by itself of what its legs may write. */
export interface Allowed {
  readonly committed: Committed;
  /** The commit that was there before; `null`: not known. */
  readonly before: string | null;
  /** The leg as series are called by it. */
  readonly leg: string;
  /** `null`: of all. */
  readonly functions: readonly string[] | null;
  readonly written: string;
}

export interface TakenLines {
  readonly lines: readonly HistoryLine[];
  readonly warnings: readonly string[];
}

/**
 * The lines of a leg: data of a job that ran a build. Commit, time, subject, tags, leg and branch are the run's own; what the leg says of another
 * commit, or of functions that are not its, is left out with a warning, and so is what it compared with where that is not the commit before.
 */
export function linesOfLeg({ base, head, description }: Leg, allowed: Allowed): TakenLines {
  const { committed, before, functions, leg } = allowed;
  const { sha, source } = head.commit;
  if (sha !== committed.sha || source !== 'commit')
    return {
      lines: [],
      warnings: [
        `leg ${leg}: it measured ${sha.slice(0, 7)}${source === 'commit' ? '' : ' with changes'}, and this run is of ${committed.sha.slice(0, 7)}: no line of it is written`,
      ],
    };
  const stands = base.kind === 'measured' ? [base.snapshot.commit.sha, base.insteadOf?.sha ?? null] : [];
  const compared = base.kind === 'missing' || (before !== null && stands.includes(before));
  const all = linesOf(compare(base, { snapshot: head, origin: 'artifact' }), committed, allowed);
  const warnings: string[] = [];
  if (!compared)
    warnings.push(
      `leg ${description.leg}: it compared with another commit than ${before?.slice(0, 7) ?? 'the one before'}: what was bumped is left out`,
    );
  const lines = all.filter((line) => {
    const reason = strangeness(line, functions);
    if (reason !== null) warnings.push(`leg ${leg}: ${PLAIN.name(line.function)} is left out: ${reason}`);
    return reason === null;
  });
  return { lines: compared ? lines : lines.map((line) => ({ ...line, base: null, bumps: [] })), warnings };
}

function strangeness(line: HistoryLine, functions: readonly string[] | null): string | null {
  if (![line.function, line.crate].every(isFunctionName)) return 'no function has this name';
  const read = readLine(renderLine(line));
  if ('mistake' in read) return read.mistake;
  const own = { name: line.function, crate: line.crate };
  if (functions?.every((name) => meaning(name, own) === null)) return 'input legs does not name it for this leg';
  return null;
}

/**
 * Lines of a leg that has measured other functions so far, of a function that other legs have measured so far: nobody said that it moved. Those whose
 * leg has its functions `listed` are no strangers.
 */
export function withoutStrangers(months: Months, lines: readonly HistoryLine[], listed: ReadonlySet<string>): TakenLines {
  const known = [...months.values()].flatMap((month) => month.lines);
  const legsOf = groupBy(known, functionOf);
  const functionsOf = groupBy(known, ({ leg }) => leg);
  const isStranger = (line: HistoryLine): boolean => {
    const [elsewhere, own] = [legsOf.get(functionOf(line)), functionsOf.get(line.leg)];
    return !listed.has(line.leg) && elsewhere !== undefined && own !== undefined && elsewhere.every(({ leg }) => leg !== line.leg);
  };
  const warnings = lines
    .filter(isStranger)
    .map(
      (line) =>
        `leg ${line.leg}: ${PLAIN.name(line.function)} is left out: so far other legs measured it, and this one others; name it in input legs (\`${line.leg}: …\`) where it moved`,
    );
  return { lines: lines.filter((line) => !isStranger(line)), warnings };
}

function functionOf({ function: name, crate }: HistoryLine): string {
  return identityOf({ name, crate });
}

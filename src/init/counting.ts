import { join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import type { MeasuredInit } from '../core/snapshot/init.ts';
import { howItEnded } from './failure.ts';
import { countInstructions } from './instructions.ts';
import { attributeProfile } from './profile/attribution.ts';
import type { CostGraph } from './profile/graph.ts';
import type { Profile } from './profile/profile.ts';
import type { SessionOptions, Starter } from './starter.ts';

/** Instruction runs of each side: three, and six more where those differ by more than `REPEATABLE`. */
const RUNS = { first: 3, more: 6 };
/** Of the largest. Runs of a single thread spread by 0.04 % or less, of Tokio's two workers by 0.3 to 0.8 % (locks that meet or do not). */
const REPEATABLE = 0.001;

/** What was counted of one side. */
export interface Counted {
  readonly instructions: MeasuredInit['instructions'];
  /** Of the run that is split up; `null` where its functions have no names. */
  readonly graph: CostGraph | null;
}

/** Counts the instructions of each side, in turns. Where it cannot be done the reason stands in the figures' place. */
export async function countAll(starters: readonly Starter[], options: SessionOptions): Promise<readonly Counted[]> {
  const none = (reason: string): readonly Counted[] => starters.map(() => ({ instructions: { kind: 'none', reason }, graph: null }));
  const { valgrind } = options.tools;
  if (valgrind.kind === 'missing') return none(valgrind.reason);
  const program = valgrind.path;
  // Like is counted with like: the twin only where each side has one.
  const withTwin = starters.every(({ side }) => side.twin !== null);
  const profiles: Profile[][] = starters.map(() => []);
  try {
    const all = [...starters.keys()];
    let failed = await runInTurns(all, RUNS.first);
    // A long init is many runs' time and repeats well: only the side that does not is counted again.
    failed ??= await runInTurns(
      all.filter((place) => !isRepeatable(profiles[place] ?? [])),
      RUNS.more,
    );
    if (failed !== null) return none(failed);
    return await Promise.all(starters.map((starter, place) => countedOf(starter, profiles[place] ?? [], withTwin)));
  } catch (error) {
    if (error instanceof ToolError) return none(error.message);
    throw error;
  }

  async function runInTurns(places: readonly number[], runs: number): Promise<string | null> {
    for (let run = 1; run <= runs; run += 1) {
      for (const place of places) {
        const starter = starters[place];
        if (starter === undefined) continue;
        options.onStep(`instructions, run ${run} of ${runs}`);
        const start = await countInstructions({ ...(await starter.counted(withTwin)), valgrind: program });
        if (start.kind !== 'reached') return `under valgrind ${howItEnded(start)}`;
        profiles[place]?.push(start.value);
      }
    }
    return null;
  }
}

async function countedOf(starter: Starter, profiles: readonly Profile[], withTwin: boolean): Promise<Counted> {
  // Of the runs the one in the middle is split up, so that the parts add up to a figure that is shown.
  const profile = profiles.toSorted((a, b) => a.total - b.total)[Math.floor((profiles.length - 1) / 2)];
  if (profile === undefined) return { instructions: { kind: 'none', reason: 'it was not counted' }, graph: null };
  const { taskRoot, entry } = await starter.counted(withTwin);
  const named = { of: withTwin ? 'twin' : 'binary', binary: join(taskRoot, entry) } as const;
  const runs = profiles.map(({ total }) => total);
  const { figures, graph } = attributeProfile(profile, named);
  return { instructions: { kind: 'counted', runs, ...figures }, graph: withTwin ? graph : null };
}

function isRepeatable(profiles: readonly Profile[]): boolean {
  const totals = profiles.map(({ total }) => total);
  return Math.max(...totals) - Math.min(...totals) <= REPEATABLE * Math.max(...totals);
}

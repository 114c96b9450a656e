import type { Outcome, Remedy } from '../core/advise/remedy.ts';
import type { Tried } from '../core/advise/together.ts';
import type { Host } from '../host.ts';
import type { Candidate } from './candidates.ts';

interface Trying {
  /** `kept`: milliseconds of the budget that are not its. */
  readonly tryOne: (set: readonly Remedy[], kept: number) => Promise<Outcome>;
  readonly isGood: (outcome: Outcome) => boolean;
  /** Whether some of these can be taken together. */
  readonly combines: (tried: readonly Tried[]) => boolean;
  readonly progress: Pick<Host['progress'], 'step'>;
  /** Milliseconds. */
  readonly now: () => number;
}

/**
 * Tries the most promising first; what is worth a build only where another one failed comes after that one. Once there is something to take together,
 * as much of the budget as the longest of them took is left for that.
 */
export async function tryAll(candidates: readonly Candidate[], { tryOne, isGood, combines, progress, now }: Trying): Promise<Tried[]> {
  const waiting = candidates.toSorted((a, b) => b.remedy.promise - a.remedy.promise);
  const done = new Map<string, Outcome>();
  const rows: Tried[] = [];
  let longest = 0;
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ insteadOf }) => insteadOf === null || !waiting.some(({ remedy }) => remedy.id === insteadOf));
    const [one] = waiting.splice(Math.max(0, next), 1);
    if (one === undefined) break;
    const { remedy, insteadOf } = one;
    const before = insteadOf === null ? undefined : done.get(insteadOf);
    // What does more was built, works and saves: this one saves no more.
    if (before !== undefined && (before.kind === 'not-tried' || isGood(before))) continue;
    progress.step(`remedy ${rows.length + 1}, ${waiting.length} left: ${remedy.title}`);
    const started = now();
    const outcome = await tryOne([remedy], combines(rows) ? longest : 0);
    if (outcome.kind !== 'not-tried') longest = Math.max(longest, now() - started);
    done.set(remedy.id, outcome);
    rows.push({ remedy, outcome });
  }
  return rows;
}

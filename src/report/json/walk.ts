import type { Bisection, WalkedCommit } from '../../core/bisect/found.ts';
import { didText } from '../text/did.ts';
import { PLAIN } from '../text/escape.ts';

/** Its version: a field that is taken away or means something else raises it. */
const BISECT_SCHEMA = 'coldgate/bisect@1';

/** What a bisection found: sizes in bytes, the time in milliseconds. */
export function renderBisectionJson({ jumps, good, bad, ...found }: Bisection): string {
  const commit = ({ sha, subject }: WalkedCommit): WalkedCommit => ({ sha, subject });
  const value = {
    schema: BISECT_SCHEMA,
    ...found,
    skipped: found.skipped.map(({ commit: one, reason }) => ({ commit: commit(one), reason })),
    good: { commit: commit(good.commit), value: good.value },
    bad: { commit: commit(bad.commit), value: bad.value },
    jumps: jumps.map(({ commits, before, after, merges, ofMerge, comparison }) => ({
      commits: commits.map(commit),
      before: { commit: commit(before.commit), value: before.value },
      after: { commit: commit(after.commit), value: after.value },
      share: (after.value - before.value) / (bad.value - good.value),
      merges: merges.map(commit),
      ofMerge,
      did: (comparison?.roots ?? []).map(({ did }) => didText(did, PLAIN)),
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

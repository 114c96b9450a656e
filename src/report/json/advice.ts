import type { Advice } from '../../core/advise/advice.ts';

/** Its version: a field that is taken away or means something else raises it. */
export const ADVICE_SCHEMA = 'coldgate/advice@1';

/** Everything that was tried, with figures and patches: sizes in bytes, times in milliseconds. */
export function renderAdviceJson({ function: fn, commit, by, base, rows, combination, verify, linker, took }: Advice): string {
  const { best, harms, leftOut } = combination;
  const value = {
    schema: ADVICE_SCHEMA,
    function: fn,
    commit: { sha: commit.sha, source: commit.source },
    ...{ by, verify, linker, took, base },
    remedies: rows.map(({ remedy: { id, title, sort, behaviour }, outcome }) => ({
      ...{ id, title, sort, behaviour, outcome },
      notTogether: leftOut.get(id) ?? null,
    })),
    together: best === null ? null : { remedies: best.remedies.map(({ id }) => id), outcome: best.outcome },
    harms,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

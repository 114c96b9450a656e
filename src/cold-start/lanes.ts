/** Never more at once, whatever the account allows: with so many the control plane's requests are the bound. */
const MOST_LANES = 24;
/** Each lane may run two invocations at once. */
const INVOCATIONS = 2;
/** The account's other functions want theirs: a fifth of what is left is taken. */
const SHARE = 0.2;
/** Where the role may not ask: new accounts have ten invocations at once. */
const UNKNOWN = 2;

/** How many sizes are sampled side by side, of the concurrency that the account has left; `null`: not known. */
export function lanesFor(concurrency: number | null): number {
  if (concurrency === null) return UNKNOWN;
  return Math.min(MOST_LANES, Math.max(1, Math.floor((concurrency * SHARE) / INVOCATIONS)));
}

/**
 * Runs jobs side by side, `lanes` at once, in their order. Each is told how many have not begun yet, itself included. When one throws, no
 * other begins; those that run are waited for, and then it is thrown.
 */
export async function sideBySide<Job, Done>(
  jobs: readonly Job[],
  lanes: number,
  run: (job: Job, left: number) => Promise<Done>,
): Promise<readonly Done[]> {
  const done = new Map<number, Done>();
  const failures: unknown[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs.length && failures.length === 0) {
      const place = next;
      next += 1;
      const job = jobs[place];
      if (job === undefined) return;
      try {
        done.set(place, await run(job, jobs.length - place));
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
  return jobs.flatMap((_, place) => {
    const one = done.get(place);
    return one === undefined ? [] : [one];
  });
}

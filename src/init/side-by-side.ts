/**
 * Does jobs in the order given, up to `lanes` of them at once, and answers what was done: nothing new is begun once `isEnough` says so of an answer.
 * Throws what a job throws, when those beside it have come to their end.
 */
export async function sideBySide<T>(
  jobs: readonly (() => Promise<T>)[],
  lanes: number,
  isEnough: (done: T) => boolean = () => false,
): Promise<readonly T[]> {
  const done = new Map<number, T>();
  let [next, isOver] = [0, false];
  const lane = async (): Promise<void> => {
    for (let job = jobs[next]; job !== undefined && !isOver; job = jobs[next]) {
      const place = next;
      next += 1;
      try {
        const answer = await job();
        done.set(place, answer);
        isOver ||= isEnough(answer);
      } catch (error) {
        isOver = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.max(1, lanes) }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return [...done].sort(([a], [b]) => a - b).map(([, answer]) => answer);
}

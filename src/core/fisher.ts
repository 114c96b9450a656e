/**
 * Fisher's exact test, one-sided: how likely so many failures or more fall on the second of two groups, given how many there are in all, where
 * both fail alike. Whole numbers, failures no more than their group. 1 where nothing failed.
 */
export function fisherTail(
  [failedFirst, first]: readonly [failed: number, of: number],
  [failedSecond, second]: readonly [failed: number, of: number],
): number {
  const failed = failedFirst + failedSecond;
  const most = Math.min(failed, second);
  let sum = 0;
  for (let count = Math.max(failedSecond, failed - first); count <= most; count += 1)
    sum += Math.exp(logChoose(second, count) + logChoose(first, failed - count) - logChoose(first + second, failed));
  return Math.min(1, sum);
}

/** The logarithm of n over k. */
function logChoose(n: number, k: number): number {
  const least = Math.min(k, n - k);
  let sum = 0;
  for (let place = 1; place <= least; place += 1) sum += Math.log((n - least + place) / place);
  return sum;
}

import type { FailedStart } from './failure.ts';

/** How a start under a tracer ended that should have reached its first request: completes "under valgrind …". */
export function howItEnded(start: FailedStart): string {
  const last = start.lastLines.at(-1);
  const words = start.kind === 'timed-out' ? `it took longer than ${start.after / 1000} s` : 'it does not reach its first request';
  return last === undefined ? words : `${words}; last line: ${last}`;
}

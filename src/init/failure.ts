import type { InitFailure } from '../core/snapshot/init.ts';
import type { CannotRun } from './bootstrap.ts';
import type { Start } from './start.ts';

/** A start that never asked for its first event. */
export type FailedStart = Exclude<Start<unknown>, { readonly kind: 'reached' }>;

/** The schema's bounds. */
const TEXT_LIMIT = 4_096;
const MOST_WAITING = 20;
const MOST_PORTS = 20;

/** What a start that failed is stored as: the texts a function sent (its error's type and message, extensions' names) are cut at 4,096 characters. */
export function failureOf(start: FailedStart): InitFailure {
  switch (start.kind) {
    case 'exited':
      return { kind: 'exited', code: start.code, signal: start.signal };
    case 'init-error':
      return { kind: 'init-error', by: cut(start.by), errorType: cutOrNull(start.errorType), message: cutOrNull(start.message) };
    case 'timed-out':
      return { kind: 'timed-out', after: start.after, waitingFor: start.waitingFor.slice(0, MOST_WAITING).map(cut), seen: start.seen };
    case 'listens':
      return { kind: 'listens', ports: start.ports.slice(0, MOST_PORTS) };
    case 'cannot-run':
      return { kind: 'cannot-run', problem: cut(problemOf(start.reason)) };
  }
}

/**
 * Whether a failed start tells of this machine and not of the function: another architecture, or a loader that is not installed here.
 * A missing library is a failure with its name: what a function needs beyond Lambda's image, its package brings.
 */
export function isNotHere(start: FailedStart): boolean {
  return start.kind === 'cannot-run' && ['wrong-architecture', 'missing-loader', 'port-taken'].includes(start.reason.kind);
}

/** How a start under a tracer ended that should have reached its first request: completes "under valgrind …". */
export function howItEnded(start: FailedStart): string {
  const last = start.lastLines.at(-1);
  const words = start.kind === 'timed-out' ? `it took longer than ${start.after / 1000} s` : 'it does not reach its first request';
  return last === undefined ? words : `${words}; last line: ${last}`;
}

/** Completes "it cannot be started: …". */
function problemOf(reason: CannotRun): string {
  switch (reason.kind) {
    case 'not-found':
      return 'the package does not hold it';
    case 'not-executable':
      return reason.message;
    case 'wrong-architecture':
      return `it is built for ${reason.binary} and this machine is ${reason.machine}`;
    case 'missing-loader':
      return 'the loader it asks for is not on this machine';
    case 'port-taken':
      return `its port ${reason.port} is taken on this machine by another process`;
    case 'missing-library':
      return `its library ${reason.library} is not on this machine`;
  }
}

export function cutOrNull(text: string | null): string | null {
  return text === null ? null : cut(text);
}

export function cut(text: string): string {
  if (text.length <= TEXT_LIMIT) return text;
  // Not through the middle of a character.
  return `${text.slice(0, TEXT_LIMIT - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

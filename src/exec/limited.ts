/** A signal that aborts with another one, or when its time is over. */
interface Limited extends Disposable {
  readonly signal: AbortSignal;
  /** Whether it was the time. */
  isOver(): boolean;
}

/** The longest that a timer takes. */
const LONGEST = 2 ** 31 - 1;

/**
 * A signal for work that may take `longest` milliseconds; dispose it when that work is over. A timer of its own: Node 20 collects an
 * `AbortSignal.timeout` that only `AbortSignal.any` knows, and it never fires.
 */
export function limited(signal: AbortSignal, longest: number): Limited {
  const time = new AbortController();
  const timer = setTimeout(() => time.abort(), Math.min(longest, LONGEST)).unref();
  return {
    signal: AbortSignal.any([signal, time.signal]),
    isOver: () => time.signal.aborted,
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

import { ToolError } from '../core/failures.ts';
import type { Connection, TracedConnects } from '../core/snapshot/counted.ts';
import { traceConnects } from './connects.ts';
import { howItEnded } from './failure.ts';
import type { SessionOptions, Starter } from './starter.ts';
import type { TracedWindows } from './strace.ts';

/** Where the sides differ they are traced again: a retry that came just in time is no new connection. */
const MORE = 2;
const MOST_CONNECTIONS = 500;

/** What one side connects to and looks up. */
export interface Traced {
  readonly init: TracedConnects;
  /** From its event to the answer, or until nothing came any more; `null`: it was handed none. */
  readonly response: TracedConnects | null;
}

/** Traces what each side connects to and looks up. Where it cannot be done the reason stands in the figures' place. */
export async function traceAll(starters: readonly Starter[], { tools, onStep }: SessionOptions): Promise<readonly Traced[]> {
  const none = (reason: string): readonly Traced[] =>
    starters.map(({ given }) => ({ init: { kind: 'none', reason }, response: given === null ? null : { kind: 'none', reason } }));
  const { strace } = tools;
  if (strace.kind === 'missing') return none(strace.reason);
  const runs: TracedWindows[][] = starters.map(() => []);
  const trace = async (): Promise<string | null> => {
    onStep('connections');
    for (const [place, starter] of starters.entries()) {
      const start = await traceConnects({ ...starter.shipped(), strace, event: starter.given });
      if (start.kind !== 'reached') return `under strace ${howItEnded(start)}`;
      runs[place]?.push(start.value);
    }
    return null;
  };
  try {
    let failed = await trace();
    const differ = (of: (windows: TracedWindows) => number | undefined): boolean =>
      new Set(runs.map(([first]) => (first === undefined ? undefined : of(first)))).size > 1;
    const again = differ(({ init }) => init.length) || differ(({ response }) => response?.length);
    for (let more = 0; more < MORE && failed === null && again; more += 1) failed = await trace();
    if (failed !== null) return none(failed);
  } catch (error) {
    if (error instanceof ToolError) return none(error.message);
    throw error;
  }
  return runs.map((windows) => {
    const responses = windows.flatMap(({ response }) => (response === null ? [] : [response]));
    return { init: tracedOf(windows.map(({ init }) => init)), response: responses.length === 0 ? null : tracedOf(responses) };
  });
}

function tracedOf(runs: readonly (readonly Connection[])[]): TracedConnects {
  const [first = []] = runs;
  return { kind: 'traced', runs: runs.map(({ length }) => length), connections: first.slice(0, MOST_CONNECTIONS) };
}

import { ToolError } from '../core/failures.ts';
import type { Connection, TracedConnects } from '../core/snapshot/init.ts';
import { traceConnects } from './connects.ts';
import { howItEnded } from './failure.ts';
import type { SessionOptions, Starter } from './starter.ts';

/** Where the sides differ they are traced again: a retry that came just in time is no new connection. */
const MORE = 2;
const MOST_CONNECTIONS = 500;

/** Traces what each side connects to and looks up. Where it cannot be done the reason stands in the figures' place. */
export async function traceAll(starters: readonly Starter[], { tools, onStep }: SessionOptions): Promise<readonly TracedConnects[]> {
  const none = (reason: string): readonly TracedConnects[] => starters.map(() => ({ kind: 'none', reason }));
  const { strace } = tools;
  if (strace.kind === 'missing') return none(strace.reason);
  const runs: (readonly Connection[])[][] = starters.map(() => []);
  const trace = async (): Promise<string | null> => {
    onStep('connections');
    for (const [place, starter] of starters.entries()) {
      const start = await traceConnects({ ...starter.shipped(), strace: strace.path });
      if (start.kind !== 'reached') return `under strace ${howItEnded(start)}`;
      runs[place]?.push(start.value);
    }
    return null;
  };
  try {
    let failed = await trace();
    const counts = new Set(runs.map(([first]) => first?.length));
    for (let more = 0; more < MORE && failed === null && counts.size > 1; more += 1) failed = await trace();
    if (failed !== null) return none(failed);
  } catch (error) {
    if (error instanceof ToolError) return none(error.message);
    throw error;
  }
  return runs.map(([first = [], ...more]) => ({
    kind: 'traced',
    runs: [first, ...more].map(({ length }) => length),
    connections: first.slice(0, MOST_CONNECTIONS),
  }));
}

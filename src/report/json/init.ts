import type { InitBreach, InitComparison, InitState, Repeated, TimedComparison } from '../../core/model.ts';
import { mapPair } from '../../core/pair.ts';
import type { Connection, InitFailure } from '../../core/snapshot/init.ts';
import { changeReportOf } from './paired.ts';
import type { Check } from './schema.ts';

const FUNCTIONS = 20;

type Init = Check['functions'][number]['init'];
type Breach = Check['verdict']['initBreaches'][number];

/** One function's local init as the JSON report has it: keys in a fixed order, names as they are, no infinite number. */
export function initReportOf(init: InitComparison): Init {
  const { metrics, unmeasured } = init;
  return {
    state: stateOf(init.state),
    metrics: {
      instructions: mapPair(metrics['init.instructions'], repeatedOf),
      faults: mapPair(metrics['init.faults'], repeatedOf),
      connects: mapPair(metrics['init.connects'], repeatedOf),
      memory: mapPair(metrics['init.memory'], repeatedOf),
    },
    unmeasured: {
      instructions: unmeasured['init.instructions'],
      faults: unmeasured['init.faults'],
      connects: unmeasured['init.connects'],
      memory: unmeasured['init.memory'],
    },
    phases: init.phases.map(({ name, base, head }) => ({ name, base, head })),
    crates: init.crates.map(({ name, base, head }) => ({ name, base, head })),
    functions: init.functions.slice(0, FUNCTIONS).map(({ crate, name, self, inclusive }) => ({
      crate,
      name,
      self: mapPair(self, same),
      inclusive: mapPair(inclusive, same),
    })),
    time: timedOf(init.time),
    cpu: timedOf(init.cpu),
    paged: mapPair(init.paged, same),
    connections: mapPair(init.connections, connectionsOf),
  };
}

export function initBreachOf({ function: name, failure, lastLines }: InitBreach): Breach {
  return { function: name, failure: failureOf(failure), lastLines: [...lastLines] };
}

function stateOf(state: InitState): Init['state'] {
  switch (state.kind) {
    case 'measured':
    case 'recovered':
      return { kind: state.kind };
    case 'broken':
    case 'not-measurable':
      return { kind: state.kind, failure: failureOf(state.failure), lastLines: [...state.lastLines] };
    case 'none':
      return { kind: state.kind, code: state.code, reason: state.reason };
  }
}

function failureOf(failure: InitFailure): Breach['failure'] {
  return failure.kind === 'timed-out' ? { ...failure, waitingFor: [...failure.waitingFor] } : { ...failure };
}

function repeatedOf({ median, low, high, count }: Repeated): { median: number; low: number; high: number; count: number } {
  return { median, low, high, count };
}

function timedOf(timed: TimedComparison | null): Init['time'] {
  if (timed === null) return null;
  const sampled = ({ median, p90 }: { readonly median: number; readonly p90: number }): { median: number; p90: number } => ({
    median,
    p90,
  });
  return { ...mapPair(timed, sampled), change: changeReportOf(timed.change), verdict: timed.verdict };
}

function connectionsOf(connections: readonly Connection[]): { kind: Connection['kind']; address: string }[] {
  return connections.map(({ kind, address }) => ({ kind, address }));
}

function same(value: number): number {
  return value;
}

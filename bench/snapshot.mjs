import { parseSnapshot, SNAPSHOT_SCHEMA } from '../src/core/snapshot/snapshot.ts';

const NONE = { kind: 'none', reason: 'made for a bench' };
const FUNCTION = { owners: NONE, shipped: { kind: 'unknown', reason: 'made for a bench' }, dependencies: null, findings: [] };
const SNAPSHOT = { inputs: null, notBuilt: [], renamed: [], binaries: [], units: [], manifests: [], events: [], findings: [] };

/**
 * A made snapshot of today's schema: what a bench does not say is empty. Its first function is read by the parser, so that a bench which no longer makes a
 * snapshot fails here and names the field.
 */
export function madeSnapshot({ functions, invocation, ...rest }) {
  const made = {
    ...SNAPSHOT,
    schema: SNAPSHOT_SCHEMA,
    ...rest,
    invocation: { zig: '0.17.1', cargoConfig: '', ...invocation },
    functions: functions.map((fn) => ({ ...FUNCTION, twin: null, init: null, coldStart: null, ...fn })),
  };
  const few = { ...made, functions: made.functions.slice(0, 1) };
  parseSnapshot(JSON.stringify(few), 'a made snapshot');
  return made;
}

/** One that was changed after it was made, read by the parser as a whole. */
export function checkedSnapshot(made) {
  parseSnapshot(JSON.stringify(made), 'a made snapshot');
  return made;
}

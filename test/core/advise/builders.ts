import type { Advice } from '../../../src/core/advise/advice.ts';
import type { AdviceFigures, MeasuredOutcome, Remedy } from '../../../src/core/advise/remedy.ts';
import type { Tried } from '../../../src/core/advise/together.ts';
import { millis } from '../../../src/core/units.ts';

/** A remedy that fills a slot of its own and changes nothing. */
export function aRemedy(id: string, more: Partial<Remedy> = {}): Remedy {
  return {
    ...{ id, title: id, sort: 'features', slots: [id], edits: [], update: null, behaviour: null, shape: null, promise: 0, refused: null },
    ...more,
  };
}

/** One that was built and started, and that nobody verified. */
export function aMeasuredOutcome(figures: AdviceFigures, more: Partial<MeasuredOutcome> = {}): MeasuredOutcome {
  return { kind: 'measured', figures, patch: '', link: '', unfit: null, verified: { kind: 'none' }, started: true, ...more };
}

export function anAdvice(base: AdviceFigures, rows: readonly Tried[]): Advice {
  return {
    ...{ function: { name: 'orders', crate: 'orders' }, commit: { sha: 'a'.repeat(40), source: 'commit' }, top: '/repository', by: 'zip' },
    ...{ base, rows, combination: { best: null, harms: [], leftOut: new Map() }, verify: null, linker: 'zig 0.17.1', took: millis(60_000) },
  };
}

import type { AdviceMetric } from '../core/advise/remedy.ts';
import { UsageError } from '../core/failures.ts';
import type { Millis } from '../core/units.ts';
import { BUDGETS, parseBudget } from './budget.ts';
import { type MeasureOptions, measureOptions } from './groups.ts';
import type { OptionValues } from './values.ts';

export interface AdviseOptions extends MeasureOptions {
  /** `null`: the only one. */
  readonly function: string | null;
  readonly budget: Millis;
  readonly verify: string | null;
  readonly by: AdviceMetric;
  /** The folder for patches and `advice.json`; `null`: the best patch is printed. */
  readonly output: string | null;
}

/** Starts for faults and memory; instructions are counted in runs of their own. */
export const STARTS = 5;

const METRICS = { zip: 'zip', binary: 'binary', 'init.instructions': 'instructions' } as const satisfies Record<string, AdviceMetric>;

/** A UsageError for a second function, and for an order by init where nothing is started. */
export function adviseOptions(values: OptionValues): AdviseOptions {
  const measured = measureOptions(values);
  const named = values.all('function');
  if (named.length > 1) throw new UsageError(`${values.nameOf('function')} is given ${named.length} times; advise is for one function`);
  const by = METRICS[values.choice('by', ['zip', 'binary', 'init.instructions'])];
  const { init } = measured;
  if (by === 'instructions' && init.kind === 'off')
    throw new UsageError(`${values.nameOf('by')} init.instructions needs starts, and ${values.nameOf('init')} is off`);
  const verify = values.one('verify');
  if (verify !== null && verify.trim() === '') throw new UsageError(`${values.nameOf('verify')} "": a command, such as 'cargo test'`);
  return {
    ...measured,
    init: init.kind === 'off' ? init : { ...init, pairs: STARTS },
    ...{ function: named[0] ?? null, budget: budgetOf(values), verify, by, output: values.one('output') },
  };
}

/** `20m`, `90s`, `2h`. */
function budgetOf(values: OptionValues): Millis {
  const text = values.one('budget') ?? '';
  const budget = parseBudget(text);
  if (budget === null) throw values.mistake('budget', text, BUDGETS);
  return budget;
}

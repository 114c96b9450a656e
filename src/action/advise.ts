import { advise } from '../advise/advise.ts';
import type { AdviceMetric } from '../core/advise/remedy.ts';
import { Cancelled, messageOf } from '../core/failures.ts';
import { binaryOf, type NamedFunction } from '../core/function-names.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { Breach } from '../core/model/verdict.ts';
import type { Millis } from '../core/units.ts';
import type { Host } from '../host.ts';
import { STARTS } from '../options/advise.ts';
import type { MeasureOptions } from '../options/groups.ts';
import { renderAdviceMarkdown } from '../report/markdown/advice.ts';

/** Of a comment's 65,536 characters. */
const MOST_CHARACTERS = 16_000;

/**
 * What remedies would do for the function of the first breach that one could help, as Markdown; `null`: there is no such breach, or nothing helped.
 * Whatever goes wrong is a line of the log: the verdict stands without it.
 */
export async function adviceFor(
  outcome: Outcome,
  options: MeasureOptions,
  budget: Millis,
  { host, log }: { readonly host: Host; readonly log: (line: string) => void },
): Promise<string | null> {
  const wanted = wantedOf(outcome);
  if (wanted === null) return null;
  const { fn, by } = wanted;
  log(`trying remedies for ${fn.name} (input advise)`);
  try {
    const init = options.init.kind === 'off' ? options.init : { ...options.init, pairs: STARTS };
    const named = `${fn.crate}/${binaryOf(fn)}`;
    const advice = await advise({ sources: options.sources, init, function: named, budget, verify: null, by }, host);
    const text = renderAdviceMarkdown(advice, MOST_CHARACTERS);
    if (text === null) log(`none of ${advice.rows.length} remedies for ${fn.name} helps`);
    return text;
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    log(`no advice: ${messageOf(error)}`);
    return null;
  }
}

function wantedOf({ verdict, comparison }: Outcome): { readonly fn: NamedFunction; readonly by: AdviceMetric } | null {
  if (verdict.status !== 'fail') return null;
  for (const breach of verdict.breaches) {
    const by = figureOf(breach);
    const fn = comparison.functions.find(({ name, status }) => name === breach.function && status !== 'removed');
    if (by !== null && fn !== undefined) return { fn, by };
  }
  return null;
}

/** The figure that remedies are put in order by; `null`: none of theirs helps. */
function figureOf(breach: Breach): AdviceMetric | null {
  if (breach.kind === 'cold-start') return 'instructions';
  if (breach.kind !== 'limit') return null;
  const { metric } = breach.limit;
  if (/^(zip|unzipped|dependencies|crate-zip:)/.test(metric)) return 'zip';
  if (/^(binary|text|crate:|crate-text:)/.test(metric)) return 'binary';
  return /^(init|cold-start)\./.test(metric) ? 'instructions' : null;
}

import { parseLimits } from '../../../src/core/judge/limits.ts';
import type { Outcome } from '../../../src/core/model/outcome.ts';
import { outcomeOf } from '../../../src/core/outcome.ts';
import type { FunctionMeasurement, Snapshot } from '../../../src/core/snapshot/snapshot.ts';
import { renderPage } from '../../../src/report/page/page.ts';
import { pageOf } from '../../../src/report/page/page-of.ts';
import { aBaseSnapshot, aFunction, aSnapshot, aSymbol } from '../../core/builders.ts';
import { freshViewer } from './pages.ts';

const RUN = { timings: {}, command: 'coldgate check', baseReason: null };

/** Base and head compared and judged, as a check does it. `null`: there is no base. */
export function judgedOf(base: Snapshot | null, head: Snapshot, limits: readonly string[] = []): Outcome {
  const before =
    base === null
      ? { kind: 'missing' as const, why: { kind: 'first-run' as const, sha: null, reason: 'there is none', limits: [] } }
      : { kind: 'measured' as const, snapshot: base, origin: 'built' as const };
  const judging = { limits: parseLimits(limits, '--limit'), gate: 'fail' as const, judgedAs: 'change' as const };
  return outcomeOf(before, { snapshot: head, origin: 'built' }, judging, RUN);
}

/** The page of functions at both sides. */
export async function htmlOf(
  base: readonly FunctionMeasurement[],
  head: readonly FunctionMeasurement[],
  limits: readonly string[] = [],
): Promise<string> {
  const outcome = judgedOf(aBaseSnapshot({ functions: [...base] }), aSnapshot({ functions: [...head] }), limits);
  return renderPage(pageOf(outcome, []), await freshViewer());
}

/** A function of two crates, whose symbols are known: all its bytes are in boxes. */
export function aBoxed(name: string, grown = 0): FunctionMeasurement {
  const code = (crate: string, symbol: string, size: number) => {
    const known = aSymbol(crate, `${crate}::${symbol}`, size);
    return { ...known, owned: { by: crate, code: known.size, zip: known.size } };
  };
  return aFunction(
    { name, crate: name },
    { symbols: [code(name, 'main', 900), code('tokio', 'rt::run', 5_000 + grown)], compressed: 600_000 + grown },
  );
}

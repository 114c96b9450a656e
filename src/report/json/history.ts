import * as z from 'zod';
import { line } from '../../core/history/line.ts';
import type { HistorySeries } from '../../core/history/series.ts';

/** `coldgate history --json`. This file is its one definition: what is written and the published JSON Schema come from it. */
export const HISTORY_REPORT_SCHEMA = 'coldgate/history-report@1';

const report = z.object({
  schema: z.literal(HISTORY_REPORT_SCHEMA),
  /** A function, in one leg, architecture and profile. */
  series: z.array(
    z.object({
      ...line.pick({ function: true, crate: true, leg: true, arch: true, profile: true }).shape,
      /** By time, as they are kept; `figures` has what was not measured again of the last commit with the same binary, whose names are in `carried`. */
      points: z.array(
        z.object({
          ...line.omit({ schema: true, function: true, crate: true, leg: true, arch: true, profile: true }).shape,
          carried: z.array(z.string()),
        }),
      ),
    }),
  ),
  /** Lines that could not be read, each by its file and number. */
  warnings: z.array(z.string()),
});

/** Ends in a newline. */
export function renderHistoryJson(series: readonly HistorySeries[], warnings: readonly string[]): string {
  const value: z.input<typeof report> = {
    schema: HISTORY_REPORT_SCHEMA,
    series: series.map(({ points, ...of }) => ({
      ...of,
      points: points.map(({ line: own, figures }) => ({
        ...own,
        figures: { ...figures },
        carried: Object.keys(figures).filter((name) => own.figures[name] === undefined),
      })),
    })),
    warnings: [...warnings],
  };
  return `${JSON.stringify(report.parse(value), null, 2)}\n`;
}

/** The same definition as a JSON Schema (draft 2020-12). */
export function historyReportJsonSchema(): object {
  return { title: 'coldgate history', ...z.toJSONSchema(report) };
}

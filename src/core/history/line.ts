import * as z from 'zod';
import { identityOf } from '../function-names.ts';
import { FULL_SHA, SHA256 } from '../sha.ts';
import { withUnseenEscaped } from '../text.ts';

/**
 * A line of the history: what one function measured at one commit. This file is its one definition: type, strict parser and JSON Schema come from
 * it. What a field means never changes under one version; a metric that this version does not know is kept as it is.
 */
export const HISTORY_SCHEMA = 'coldgate/history@1';

/** Longer than any line that is written. */
export const MAX_LINE_LENGTH = 100_000;
/** What a line holds of each. */
export const [MOST_TAGS, MOST_BUMPS, LONGEST_SUBJECT] = [20, 50, 200] as const;

const name = z.string().min(1).max(256);
const version = z.string().min(1).max(100);
const tool = z.string().max(256);
const sha = z.string().regex(FULL_SHA);
/** UTC, to the second: `2026-11-27T12:00:00Z`. Years of four digits sort as text. */
const instant = z.iso.datetime({ precision: 0 });
/** As limits call them; not held to those of this version. */
const metric = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/);

/** A package that a person changed; `null`: it was not there before, or is not any more. */
const bump = z.strictObject({ name, from: version.nullable(), to: version.nullable() });

export const line = z.strictObject({
  schema: z.literal(HISTORY_SCHEMA),
  /** When it was committed. The file is its month's. */
  time: instant,
  commit: sha,
  subject: z.string().max(LONGEST_SUBJECT),
  /** Of releases that point at the commit. */
  tags: z.array(name).max(MOST_TAGS),
  /** As limits name it, and the cargo package of its binary. */
  function: name,
  crate: name,
  /** Of a matrix: `default` where there is none, `key/leg` where the check has a key; `local`: measured by the command line. */
  leg: z.string().min(1).max(129),
  arch: z.enum(['x86_64', 'arm64']),
  /** Of cargo. */
  profile: name,
  /** By the metrics' names: bytes, counts, milliseconds. One that was not measured is not there. */
  figures: z.record(metric, z.number().min(0).max(1e18)),
  /** Of those that were measured several times and differed, the least and the most that counted. */
  spread: z.record(metric, z.tuple([z.number().min(0).max(1e18), z.number().min(0).max(1e18)])),
  /** What a person changed among dependencies, against `base`; with those of commits that were thinned. */
  bumps: z.array(bump).max(MOST_BUMPS),
  /** The binary's digest: where it is that of an earlier line, what was not measured again is as it was there. */
  sha256: z.string().regex(SHA256),
  /** The commit that it was compared with; `null`: none. */
  base: sha.nullable(),
  /** What may move figures with no change of the code. `cLibrary`: that the function was started on; `null`: it brings its own, or was not started. */
  tools: z.strictObject({ coldgate: tool, cargoLambda: tool, rustc: tool, cLibrary: tool.nullable() }),
  /** Which features, flags and variables it was built with, as a mark: where two are alike only the code and the tools moved the figures. Absent: not known. */
  build: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  /** When the line was written: of two for one commit and series, the later one counts. */
  written: instant,
});

export type HistoryLine = Readonly<z.infer<typeof line>>;
export type Bump = z.infer<typeof bump>;

/** In this order: when and what for a person, then figures, then what tells lines apart. */
const FIELDS = Object.keys(line.shape);

/** One line of JSON without its line feed, its fields always in one order. */
export function renderLine(value: HistoryLine): string {
  const entries = Object.entries(value).toSorted(([a], [b]) => FIELDS.indexOf(a) - FIELDS.indexOf(b));
  return withUnseenEscaped(JSON.stringify(Object.fromEntries(entries)));
}

/** What a line of a file holds: a line, or what is wrong with it. */
export function readLine(text: string): { readonly line: HistoryLine } | { readonly mistake: string } {
  if (text.length > MAX_LINE_LENGTH) return { mistake: `longer than ${MAX_LINE_LENGTH} characters` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { mistake: 'not JSON, cut short perhaps' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { mistake: 'no JSON object' };
  const schema = 'schema' in value ? value.schema : undefined;
  if (typeof schema === 'string' && schema !== HISTORY_SCHEMA && /^coldgate\/history@\d{1,6}$/.test(schema))
    return { mistake: `of ${schema}, and this coldgate reads ${HISTORY_SCHEMA}` };
  const read = line.safeParse(value);
  if (read.success) return { line: read.data };
  const [first] = read.error.issues;
  return { mistake: `${first?.path.join('.') || 'the line'}: ${first?.message ?? 'unknown mistake'}` };
}

/** What tells the lines of one chart from those of all others: function, leg, architecture, profile. */
export function seriesOf({ function: fn, crate, leg, arch, profile }: HistoryLine): string {
  return JSON.stringify([identityOf({ name: fn, crate }), leg, arch, profile]);
}

/** `2026-11`. */
export function monthOf({ time }: Pick<HistoryLine, 'time'>): string {
  return time.slice(0, 7);
}

/** The same definition as a JSON Schema (draft 2020-12), of one line. */
export function historyJsonSchema(): object {
  return { title: 'a line of coldgate history', ...z.toJSONSchema(line) };
}

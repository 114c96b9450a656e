import { stripVTControlCharacters } from 'node:util';
import { type Millis, millis } from '../core/units.ts';

export type RunStatus = 'success' | 'timeout' | 'error';

/** What Lambda's REPORT line says of one invocation. */
export interface InvocationReport {
  /** `null`: no init ended well right before this invocation (a warm start, or a failed init). */
  readonly initDuration: Millis | null;
  readonly duration: Millis;
  readonly billedDuration: Millis;
  /** In MB. */
  readonly memorySize: number;
  /** In MB. */
  readonly maxMemoryUsed: number;
  readonly status: RunStatus;
  /** Of a run that ended in an error, where it names one. */
  readonly errorType: string | null;
}

/** What an INIT_REPORT line says of one attempt at init: Lambda's text format has it for failed ones alone. */
export interface InitReport {
  readonly initDuration: Millis;
  /** `init`, or `invoke` for the second attempt. */
  readonly phase: string | null;
  readonly status: RunStatus;
  readonly errorType: string | null;
}

export type LogTail = {
  readonly initReports: readonly InitReport[];
  /** The end of what the function itself logged, without Lambda's own lines. */
  readonly lastLines: readonly string[];
} & (({ readonly kind: 'report' } & InvocationReport) | { readonly kind: 'no-report'; readonly text: string });

const NO_REPORT =
  'the last 4 KB of its log, which is all that Lambda answers with, hold no whole REPORT line: ' +
  'something logs after it (an extension, most likely); let it log less while it is sampled';

const EMPTY = 'its log came back empty: Lambda answered without the tail, which says nothing of the function';

/** Of one that is not (`State: LaunchError`) nothing else tells why. */
const EXTENSION_IS_UP = /^(EXTENSION|TELEMETRY|LOGS)\tName: [^\t]*\tState: (Ready|Subscribed)\b/;
const MOST_LINES = 20;
const LONGEST_LINE = 1_024;

/**
 * Reads the decoded tail of an invocation's log: tab-separated text in any order of fields, the format that scratch functions are made with.
 * What is JSON was written by the function or by an extension: one that prints what it hears of the Telemetry API prints `platform.initReport`
 * of its own and others'. Where there is more than one report the last is Lambda's. `no-report` carries the sentence for a person. Never throws.
 */
export function parseLogTail(tail: string): LogTail {
  const initReports: InitReport[] = [];
  const own: string[] = [];
  let report: InvocationReport | null = null;
  for (const line of tail.split(/\r?\n/)) {
    const parsed = parseLine(line);
    if (parsed.kind === 'report') report = parsed.report;
    else if (parsed.kind === 'init-report') initReports.push(parsed.report);
    else if (parsed.kind === 'own' && line.trim() !== '') own.push(stripVTControlCharacters(line).slice(0, LONGEST_LINE));
  }
  const lastLines = own.slice(-MOST_LINES);
  return {
    initReports,
    lastLines,
    ...(report === null ? { kind: 'no-report', text: tail.trim() === '' ? EMPTY : NO_REPORT } : { kind: 'report', ...report }),
  };
}

type LogLine =
  | { readonly kind: 'report'; readonly report: InvocationReport }
  | { readonly kind: 'init-report'; readonly report: InitReport }
  | { readonly kind: 'platform' }
  | { readonly kind: 'own' };

function parseLine(line: string): LogLine {
  if (EXTENSION_IS_UP.test(line)) return { kind: 'platform' };
  const [, head = ''] = /^(INIT_REPORT|REPORT|START|END|INIT_START|XRAY)\b/.exec(line) ?? [];
  if (head === '') return { kind: 'own' };
  const fields = fieldsOf(line.slice(head.length));
  const report = head === 'REPORT' ? reportOf(fields) : null;
  if (report !== null) return { kind: 'report', report };
  const initDuration = head === 'INIT_REPORT' ? amountOf(fields, 'Init Duration', 'ms') : null;
  if (initDuration === null) return { kind: 'platform' };
  const status = statusOf(fields.get('Status'));
  const initReport = { initDuration: millis(initDuration), phase: fields.get('Phase') ?? null, status };
  return { kind: 'init-report', report: { ...initReport, errorType: fields.get('Error Type') ?? null } };
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\t').flatMap((field): readonly (readonly [string, string])[] => {
    const [, name, value] = /^\s*([A-Za-z][A-Za-z ]*): (.*?)\s*$/.exec(field) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  return new Map(pairs);
}

function reportOf(fields: ReadonlyMap<string, string>): InvocationReport | null {
  return whole(
    amountOf(fields, 'Init Duration', 'ms'),
    amountOf(fields, 'Duration', 'ms'),
    amountOf(fields, 'Billed Duration', 'ms'),
    amountOf(fields, 'Memory Size', 'MB'),
    amountOf(fields, 'Max Memory Used', 'MB'),
    statusOf(fields.get('Status')),
    fields.get('Error Type') ?? null,
  );
}

function amountOf(fields: ReadonlyMap<string, string>, name: string, unit: 'ms' | 'MB'): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,9})?) (ms|MB)$/.exec(fields.get(name) ?? '');
  return match === null || match[2] !== unit ? null : Number(match[1]);
}

/** A report that lacks one of its figures is none: a line that was cut must not become a sample. */
function whole(
  initDuration: number | null,
  duration: number | null,
  billedDuration: number | null,
  memorySize: number | null,
  maxMemoryUsed: number | null,
  status: RunStatus,
  errorType: string | null,
): InvocationReport | null {
  if (duration === null || billedDuration === null || memorySize === null || maxMemoryUsed === null) return null;
  return {
    initDuration: initDuration === null ? null : millis(initDuration),
    duration: millis(duration),
    billedDuration: millis(billedDuration),
    memorySize,
    maxMemoryUsed,
    status,
    errorType,
  };
}

/** As https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html has them: `success`, `failure`, `error`, `timeout`. */
function statusOf(text: string | undefined): RunStatus {
  return text === undefined || text === 'success' ? 'success' : text === 'timeout' ? 'timeout' : 'error';
}

/** One thing in a function's log, before it becomes text or JSON. Durations in ms, memory in MB. */
export type LogEntry =
  | { readonly kind: 'init-start' }
  | { readonly kind: 'output'; readonly line: string }
  | {
      readonly kind: 'init-report';
      readonly phase: 'init' | 'invoke';
      readonly duration: number;
      readonly status: 'error' | 'timeout';
      readonly errorType: string | null;
    }
  | { readonly kind: 'start'; readonly requestId: string }
  | { readonly kind: 'end'; readonly requestId: string }
  | ReportEntry;

export interface ReportEntry {
  readonly kind: 'report';
  readonly requestId: string;
  readonly duration: number;
  readonly billed: number;
  readonly memory: number;
  readonly maxMemory: number;
  readonly init: number | null;
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType: string | null;
}

export interface LogFormat {
  readonly format: 'Text' | 'JSON';
  /** Of JSON: at WARN the start and a good end are not logged. */
  readonly systemLevel: string;
  readonly functionName: string;
}

/** `LogResult` is what fits in so many bytes at the end of the log. */
export const TAIL_LIMIT = 4096;

const VERSION = 'provided:al2023.v31';
const VERSION_ARN = `arn:aws:lambda:us-east-1::runtime:${'0'.repeat(64)}`;

/** The last 4 KB of the log, cut wherever that falls. */
export function tailOf(entries: readonly LogEntry[], format: LogFormat, now: Date): Buffer {
  const lines = entries.flatMap((entry) => (format.format === 'Text' ? textOf(entry) : jsonOf(entry, format, now)));
  return Buffer.from(lines.map((line) => `${line}\n`).join('')).subarray(-TAIL_LIMIT);
}

/** Source of the fields and their tabs: lines recorded from public logs. */
function textOf(entry: LogEntry): readonly string[] {
  switch (entry.kind) {
    case 'init-start':
      return [`INIT_START Runtime Version: ${VERSION}\tRuntime Version ARN: ${VERSION_ARN}`];
    case 'output':
      return [entry.line];
    case 'init-report': {
      const type = entry.errorType === null ? '' : `\tError Type: ${entry.errorType}`;
      return [`INIT_REPORT Init Duration: ${shown(entry.duration)}\tPhase: ${entry.phase}\tStatus: ${entry.status}${type}`];
    }
    case 'start':
      return [`START RequestId: ${entry.requestId} Version: $LATEST`];
    case 'end':
      return [`END RequestId: ${entry.requestId}`];
    case 'report': {
      const fields = [
        `REPORT RequestId: ${entry.requestId}`,
        `Duration: ${shown(entry.duration)}`,
        `Billed Duration: ${entry.billed} ms`,
        `Memory Size: ${entry.memory} MB`,
        `Max Memory Used: ${entry.maxMemory} MB`,
        ...(entry.init === null ? [] : [`Init Duration: ${shown(entry.init)}`]),
      ];
      const status = entry.status === 'success' ? [''] : [`Status: ${entry.status}`];
      const type = entry.errorType === null ? [] : [`Error Type: ${entry.errorType}`];
      return [[...fields, ...status, ...type].join('\t')];
    }
  }
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html. */
function jsonOf(entry: LogEntry, { systemLevel, functionName }: LogFormat, now: Date): readonly string[] {
  const line = (type: string, record: unknown): readonly string[] => [JSON.stringify({ time: now.toISOString(), type, record })];
  const verbose = systemLevel !== 'WARN';
  switch (entry.kind) {
    case 'init-start': {
      const record = {
        initializationType: 'on-demand',
        phase: 'init',
        runtimeVersion: VERSION,
        runtimeVersionArn: VERSION_ARN,
        functionName,
        functionVersion: '$LATEST',
      };
      return verbose ? line('platform.initStart', record) : [];
    }
    case 'output':
      return [entry.line];
    case 'init-report':
      return line('platform.initReport', {
        initializationType: 'on-demand',
        phase: entry.phase,
        status: entry.status,
        ...(entry.errorType === null ? {} : { errorType: entry.errorType }),
        metrics: { durationMs: rounded(entry.duration) },
      });
    case 'start':
      return verbose ? line('platform.start', { requestId: entry.requestId, version: '$LATEST' }) : [];
    case 'end':
      return [];
    case 'report':
      return verbose || entry.status !== 'success' ? line('platform.report', recordOf(entry)) : [];
  }
}

function recordOf(entry: ReportEntry): unknown {
  return {
    requestId: entry.requestId,
    status: entry.status,
    ...(entry.errorType === null ? {} : { errorType: entry.errorType }),
    metrics: {
      durationMs: rounded(entry.duration),
      billedDurationMs: entry.billed,
      memorySizeMB: entry.memory,
      maxMemoryUsedMB: entry.maxMemory,
      ...(entry.init === null ? {} : { initDurationMs: rounded(entry.init) }),
    },
  };
}

function shown(milliseconds: number): string {
  return `${milliseconds.toFixed(2)} ms`;
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

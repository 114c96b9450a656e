import { type Annotation, parseCommands } from './commands.ts';

/** A line of `act --json`, as far as it is looked at. */
export interface ActLine {
  readonly msg?: string;
  readonly job?: string;
  readonly jobID?: string;
  readonly matrix?: Readonly<Record<string, unknown>>;
  readonly step?: string;
  readonly stepID?: readonly string[];
  readonly stage?: string;
  readonly stepResult?: string;
  readonly jobResult?: string;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly raw?: string;
  readonly content?: string;
  readonly raw_output?: boolean;
}

export interface ActJob {
  readonly id: string;
  /** With the matrix leg's number. */
  readonly name: string;
  readonly matrix: Readonly<Record<string, unknown>>;
  readonly result: string;
}

export interface ActStep {
  readonly job: string;
  readonly id: string;
  readonly name: string;
  readonly stage: string;
  /** Skipped steps are not in act's log. */
  readonly result: string;
}

export interface Workflow {
  readonly jobs: readonly ActJob[];
  readonly steps: readonly ActStep[];
  readonly outputs: readonly { readonly job: string; readonly step: string; readonly name: string; readonly value: string }[];
  readonly annotations: readonly (Annotation & { readonly job: string })[];
  readonly summaries: readonly { readonly job: string; readonly step: string; readonly content: string }[];
  /** What the steps themselves printed. */
  readonly printed: string;
}

/** Reads commands from their raw lines: act's own reading loses properties that hold a `=` and unescapes in random order. */
export function parseActLog(lines: readonly ActLine[]): Workflow {
  const where = (line: ActLine): { job: string; step: string } => ({ job: line.job ?? '', step: line.stepID?.[0] ?? '' });
  return {
    jobs: lines.flatMap((line) =>
      line.jobResult === undefined
        ? []
        : [{ id: line.jobID ?? '', name: line.job ?? '', matrix: line.matrix ?? {}, result: line.jobResult }],
    ),
    steps: lines.flatMap((line) =>
      line.stepResult === undefined || line.step === undefined
        ? []
        : [{ job: line.job ?? '', id: line.stepID?.[0] ?? '', name: line.step, stage: line.stage ?? '', result: line.stepResult }],
    ),
    outputs: lines.flatMap((line) =>
      line.command === 'set-output' && line.name !== undefined ? [{ ...where(line), name: line.name, value: line.arg ?? '' }] : [],
    ),
    annotations: lines.flatMap((line) =>
      line.raw === undefined || line.command === 'ignored'
        ? []
        : parseCommands(line.raw).annotations.map((annotation) => ({ ...annotation, job: line.job ?? '' })),
    ),
    summaries: lines.flatMap((line) => (line.command === 'summary' ? [{ ...where(line), content: line.content ?? '' }] : [])),
    printed: lines.flatMap((line) => (line.raw_output === true ? [line.msg ?? ''] : [])).join(''),
  };
}

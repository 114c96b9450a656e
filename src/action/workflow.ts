import type { ColdStartRun } from '../cold-start/options.ts';
import type { FetchOrigin } from '../git/fetch.ts';
import type { Annotation } from '../github/annotations.ts';
import { type Api, openApi } from '../github/api.ts';
import type { WorkflowEvent } from '../github/event.ts';
import type { Order } from '../github/marker.ts';
import type { Host, RemoteStore } from '../host.ts';
import type { ActionInputs } from '../options/inputs.ts';

/** What a workflow run is, as the entry read it from its environment. */
export interface WorkflowRun {
  readonly event: WorkflowEvent;
  readonly owner: string;
  readonly repository: string;
  /** `GITHUB_SHA`: under `pull_request` the merge commit. */
  readonly sha: string;
  readonly runId: number;
  readonly attempt: number;
  /** The job's key in the workflow, and the machine it runs on. */
  readonly job: string;
  readonly runnerName: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** A folder of the job's own. */
  readonly temp: string;
  /** The runner outlives the job. */
  readonly selfHosted: boolean;
  /** Variables and files that hold AWS credentials in this job; empty where there are none. */
  readonly credentials: readonly string[];
}

/** The runner's side: where results go. The entry implements it with `@actions/core`. */
export interface Runner {
  readonly log: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly output: (name: string, value: string) => void;
  /** Kept for the step after the job. */
  readonly saveState: (name: string, value: string) => void;
  readonly summary: (markdown: string) => Promise<void>;
  readonly annotate: (annotation: Annotation) => void;
}

/** All that a mode needs. */
export interface Workflow {
  readonly inputs: ActionInputs;
  readonly run: WorkflowRun;
  readonly runner: Runner;
  readonly host: Host;
  /** The Actions cache. */
  readonly cache: RemoteStore;
}

/** What a mode came to; a failed one fails the step with its sentence. */
export interface ActionResult {
  readonly kind: 'passed' | 'failed';
  readonly sentence: string;
}

/** The page of a run of this repository, of this one unless told. */
export function runUrl(run: WorkflowRun, id: number = run.runId): string {
  return `${run.serverUrl}/${run.owner}/${run.repository}/actions/runs/${id}`;
}

/** Whose scratch functions on AWS are this job's: told apart by mode, leg, run and attempt, so that the step after it finds its own. A name has the end of it. */
export function coldStartRun({ inputs, run }: Pick<Workflow, 'inputs' | 'run'>): ColdStartRun {
  return { key: inputs.key, run: `${run.owner}/${run.repository}/${inputs.mode}/${inputs.leg}/${run.runId}-${run.attempt}` };
}

/** GitHub's API behind the job's token; `null` without one. */
export function apiOf({ inputs, run, runner }: Workflow): Api | null {
  if (inputs.token === '') return null;
  return openApi({ token: inputs.token, baseUrl: run.apiUrl, owner: run.owner, repo: run.repository, log: runner.log });
}

/** Where a base that is not in the clone comes from. */
export function originOf({ inputs, run }: Workflow): FetchOrigin {
  const address = `${run.serverUrl}/${run.owner}/${run.repository}`;
  return { token: inputs.token === '' ? null : inputs.token, server: run.serverUrl, address };
}

/** Where this job's report stands among those on its pull request. */
export function orderOf({ inputs: { coldStartResult }, run }: Pick<Workflow, 'inputs' | 'run'>): Required<Omit<Order, 'at'>> {
  return { id: run.runId, attempt: run.attempt, report: coldStartResult === null || coldStartResult === 'pending' ? 1 : 2 };
}

/** The artifact that has a report of this key. The second of an attempt has one of its own: artifacts never change. */
export function reportArtifact(key: string, { attempt, report }: Pick<Order, 'attempt' | 'report'>): string {
  return `${reportPrefix(key)}${attempt}${report === 2 ? '-cold-start' : ''}`;
}

/** The artifact that has the page of the same report, as the one file it is. */
export function pageArtifact(key: string, { attempt, report }: Pick<Order, 'attempt' | 'report'>): string {
  return `coldgate-${key}-page-${attempt}${report === 2 ? '-cold-start' : ''}.html`;
}

/** Of which attempt an artifact has a report of this key; `null`: it has none. */
export function attemptOfReport(key: string, name: string): number | null {
  const prefix = reportPrefix(key);
  const [, attempt] = /^(\d{1,9})(?:-cold-start)?$/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : '') ?? [];
  return attempt === undefined ? null : Number(attempt);
}

function reportPrefix(key: string): string {
  return `coldgate-${key}-report-`;
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadArtifact } from '../cache/artifact.ts';
import { messageOf } from '../core/failures.ts';
import type { Outcome } from '../core/model.ts';
import type { Finding } from '../core/snapshot/snapshot.ts';
import { annotationsOf } from '../github/annotations.ts';
import type { Api } from '../github/api.ts';
import { ApiFailure } from '../github/api-failure.ts';
import { type CommentResult, upsertComment } from '../github/comment.ts';
import { renderMarker } from '../github/marker.ts';
import type { MeasuredBoth } from '../measure/both.ts';
import { writeFlameGraphs } from '../measure/flame-graphs.ts';
import { PLAIN } from '../report/text/escape.ts';
import { findingText } from '../report/text/findings.ts';
import { verdictSentence } from '../report/text/sentence.ts';
import { type Reported, writeBreaches } from './breaches.ts';
import type { Texts } from './texts.ts';
import type { Workflow } from './workflow.ts';
import { orderOf, reportArtifact, runUrl } from './workflow.ts';

export interface JobFiles {
  readonly json: string;
  readonly markdown: string;
}

/** Leaves the report in the job: files, summary, artifact. A summary or an artifact that cannot be written costs a warning, never the result. */
export async function leaveInJob(
  { inputs, run, runner }: Workflow,
  texts: Texts,
  reported: Reported,
  measured: MeasuredBoth | null,
): Promise<JobFiles> {
  const folder = join(run.temp, `coldgate-${inputs.key}`);
  await mkdir(folder, { recursive: true });
  const files = { json: join(folder, 'report.json'), markdown: join(folder, 'report.md') };
  await writeFile(files.json, texts.json());
  await writeFile(files.markdown, texts.markdown);
  await runner.summary(texts.summary).catch((error: unknown) => runner.warn(`the job summary could not be written: ${messageOf(error)}`));
  const graphs = measured === null ? [] : await writeFlameGraphs(join(folder, 'flame-graphs'), measured);
  const left = [files.json, files.markdown, await writeBreaches(folder, { inputs, run }, reported), ...graphs];
  await uploadArtifact(reportArtifact(inputs.key, orderOf({ inputs, run })), left, folder).catch((error: unknown) =>
    runner.log(messageOf(error)),
  );
  return files;
}

interface CommentState {
  readonly breached: boolean;
  readonly changed: boolean;
  /** A comment that is there is brought up to date, and none is created. Nothing may be `breached` then. */
  readonly onlyUpdate?: boolean;
}

/** Writes the comment and answers its address; what keeps it from being written is a line in the log, and the summary has it all. */
export async function comment(
  { inputs, run, runner }: Workflow,
  api: Api,
  to: { readonly number: number; readonly sha: string },
  texts: Pick<Texts, 'comment'>,
  { onlyUpdate = false, ...state }: CommentState,
): Promise<string | null> {
  const identity = { ...orderOf({ inputs, run }), at: await madeAt(api, run.runId, runner.log), sha: to.sha };
  const body = texts.comment(renderMarker(inputs.key, identity), runUrl(run));
  const result = await upsertComment(api, {
    number: to.number,
    key: inputs.key,
    run: identity,
    body,
    when: onlyUpdate && inputs.comment !== 'never' ? 'on-breach' : inputs.comment,
    state,
    author: await authorOf(inputs.author, api, runner.log),
  });
  tell(result, runner.log);
  return 'url' in result ? result.url : null;
}

/** When a run was made, ISO 8601: no variable of the runner tells. `null`: GitHub did not say. */
export async function madeAt(api: Api, id: number, log: (line: string) => void): Promise<string | null> {
  try {
    return (await api.run(id)).createdAt;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    log(`when run ${id} was made cannot be told, its id has to say which report is newer: ${error.message}`);
    return null;
  }
}

/** Whom the workflow's own token comments as. */
const ACTIONS = 'github-actions[bot]';

/** Whose comments and statuses are ours: a personal or an app's token has a name of its own, and would write a new comment for each push. */
export async function authorOf(named: string, api: Api, log: (line: string) => void): Promise<string> {
  if (named !== '') return named;
  try {
    return await api.viewer();
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    log(`whom this token comments as cannot be told, ${ACTIONS} is taken: ${error.message}`);
    return ACTIONS;
  }
}

function tell(result: CommentResult, log: (line: string) => void): void {
  switch (result.kind) {
    case 'created':
      log(`comment written: ${result.url}`);
      if (result.hint !== null) log(result.hint);
      return;
    case 'updated':
    case 'unchanged':
      log(`comment ${result.kind}: ${result.url}`);
      return;
    case 'newer-there':
      log(`a newer run has commented already: ${result.url}`);
      return;
    default:
      log(`no comment: ${result.reason}; the job summary has the whole report`);
  }
}

/** Marks the lines that a person would open: the limit, the changed dependency. Head's manifests are only read. */
export async function annotate({ runner, host }: Workflow, outcome: Outcome): Promise<void> {
  const { snapshot } = outcome.comparison.head;
  const names = new Set(['Cargo.toml', 'Cargo.lock', ...snapshot.limits.map(({ file }) => file)]);
  const files = new Map<string, string>();
  for (const name of names) {
    const text = await readFile(join(host.cwd, name), 'utf8').catch(() => null);
    if (text !== null) files.set(name, text);
  }
  const sources = {
    sentence: verdictSentence(outcome),
    finding: (finding: Finding) => findingText(finding, snapshot.invocation.arch, PLAIN),
    plain: (text: string) => PLAIN.prose(text),
    files,
  };
  for (const annotation of annotationsOf(outcome, sources)) runner.annotate(annotation);
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadArtifact, uploadFile } from '../cache/artifact.ts';
import type { Root } from '../core/did.ts';
import { messageOf } from '../core/failures.ts';
import type { FunctionComparison, FunctionFinding } from '../core/model/comparison.ts';
import type { Unanswered } from '../core/model/first-response.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { ProjectFinding } from '../core/snapshot/findings.ts';
import { annotationsOf } from '../github/annotations.ts';
import type { Api } from '../github/api.ts';
import { ApiFailure } from '../github/api-failure.ts';
import { type CommentResult, upsertComment } from '../github/comment.ts';
import { renderMarker } from '../github/marker.ts';
import type { MeasuredBoth } from '../measure/both.ts';
import { writeFlameGraphs } from '../measure/flame-graphs.ts';
import { rootText } from '../report/text/did.ts';
import { PLAIN } from '../report/text/escape.ts';
import { findingText } from '../report/text/finding.ts';
import { unansweredText } from '../report/text/first-response.ts';
import { projectFindingText } from '../report/text/project-finding.ts';
import { type Reported, writeBreaches } from './breaches.ts';
import type { Texts } from './texts.ts';
import type { Workflow } from './workflow.ts';
import { orderOf, pageArtifact, reportArtifact, runUrl } from './workflow.ts';

export interface JobFiles {
  readonly json: string;
  readonly markdown: string;
}

interface Left {
  readonly files: JobFiles;
  /** Where the page is to be seen; `null`: it could not be made, or not be uploaded. */
  readonly page: string | null;
}

/** Leaves the report in the job: files, summary, artifact. A summary or an artifact that cannot be written costs a warning, never the result. */
export async function leaveInJob(
  { inputs, run, runner }: Workflow,
  texts: Texts,
  reported: Reported,
  measured: MeasuredBoth | null,
): Promise<Left> {
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
  const page = await leavePage(folder, { inputs, run }, texts.page).catch((error: unknown) => {
    runner.log(`no page: ${messageOf(error)}`);
    return null;
  });
  return { files, page };
}

/** Uploads the page as one file, which a browser shows as it is, and answers its address. */
async function leavePage(folder: string, { inputs, run }: Pick<Workflow, 'inputs' | 'run'>, page: Texts['page']): Promise<string> {
  const file = join(folder, pageArtifact(inputs.key, orderOf({ inputs, run })));
  await writeFile(file, await page());
  return `${runUrl(run)}/artifacts/${await uploadFile(file)}`;
}

interface CommentState {
  readonly breached: boolean;
  readonly changed: boolean;
  /** A comment that is there is brought up to date, and none is created. Nothing may be `breached` then. */
  readonly onlyUpdate?: boolean;
  /** Where the page is to be seen. */
  readonly page?: string | null;
  readonly advice?: string | null;
}

/** Writes the comment and answers its address; what keeps it from being written is a line in the log, and the summary has it all. */
export async function comment(
  { inputs, run, runner }: Workflow,
  api: Api,
  to: { readonly number: number; readonly sha: string },
  texts: Pick<Texts, 'comment'>,
  { onlyUpdate = false, page = null, advice = null, ...state }: CommentState,
): Promise<string | null> {
  const identity = { ...orderOf({ inputs, run }), at: await madeAt(api, run.runId, runner.log), sha: to.sha };
  const body = texts.comment(renderMarker(inputs.key, identity), { report: runUrl(run), page, advice });
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
    unanswered: (why: Unanswered) => unansweredText(why, PLAIN),
    finding: (finding: FunctionFinding) => findingText(finding, snapshot.invocation.arch, PLAIN),
    root: (root: Root, fn: FunctionComparison, delta: number) => rootText(root, fn, PLAIN, { delta, counts: () => true }),
    projectFinding: (finding: ProjectFinding) => projectFindingText(finding, PLAIN),
    plain: (text: string) => PLAIN.prose(text),
    files,
  };
  for (const annotation of annotationsOf(outcome, sources)) runner.annotate(annotation);
}

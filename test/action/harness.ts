import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFile } from '../../scripts/built.ts';
import type { ActionEvent } from '../doubles/events.ts';
import { runtimeToken } from '../doubles/results.ts';
import { childEnd } from './child.ts';
import { type Annotation, type Command, parseCommands, parseFileCommands } from './commands.ts';

export type { Annotation } from './commands.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A summary beyond this is dropped whole. */
const SUMMARY_LIMIT = 1024 * 1024;
const OURS = /^(GITHUB_|ACTIONS_|RUNNER_|INPUT_|STATE_|AWS_|RUSTFLAGS|RUSTC_WRAPPER|CARGO_TARGET_DIR|FORCE_COLOR|CI$)/;

export interface RunOptions {
  readonly event: ActionEvent;
  /** As under `with:`; the token is the input of that name. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** GITHUB_WORKSPACE, where the step runs. */
  readonly workspace: string;
  /** GITHUB_API_URL: a double's, or that of Prism before it. */
  readonly github?: string;
  /** ACTIONS_RESULTS_URL. */
  readonly results?: string;
  readonly runId?: number;
  readonly runAttempt?: number;
  /** Which jobs an attempt after the first one started anew. */
  readonly rerun?: 'all' | 'failed';
  readonly jobId?: number;
  readonly job?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another script than `dist/action.js`. */
  readonly script?: string;
  readonly signal?: AbortSignal;
  /** What the signal ends it with; TERM, as the runner does first. */
  readonly killSignal?: 'SIGTERM' | 'SIGKILL';
}

export interface Ran {
  readonly code: number | null;
  readonly outputs: Readonly<Record<string, string>>;
  /** As the page shows it: empty where it was above the limit. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  readonly masked: readonly string[];
  /** What was printed like a command while commands were stopped. */
  readonly inert: readonly Command[];
  /** Commands that the runner obeyed. */
  readonly obeyed: readonly Command[];
  /** The log's lines, as the page shows them. */
  readonly shown: readonly string[];
  /** GITHUB_ENV and GITHUB_STATE. */
  readonly exported: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the committed bundle, what users run, as a runner would, without a runner: its environment, its files, its commands. */
export async function runAction(options: RunOptions): Promise<Ran> {
  const { workspace, inputs = {}, env = {}, script = builtFile(ROOT, 'action.js'), signal, killSignal = 'SIGTERM' } = options;
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-step-'));
  try {
    const files = { event: join(folder, 'event.json'), output: join(folder, 'output'), summary: join(folder, 'summary') };
    const more = { env: join(folder, 'env'), state: join(folder, 'state'), path: join(folder, 'path') };
    for (const file of [...Object.values(files), ...Object.values(more)]) await writeFile(file, '');
    await writeFile(files.event, JSON.stringify(options.event.payload));
    const temp = join(folder, 'temp');
    const tools = join(folder, 'tools');
    await Promise.all([temp, tools].map((path) => mkdir(path)));
    const inherited = Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !OURS.test(entry[0]),
    );
    const child = spawn(process.execPath, [script], {
      cwd: workspace,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal, killSignal }),
      env: {
        ...Object.fromEntries(inherited),
        // The flow of sizes is faster; a test of local init asks for it.
        ...inputVariables({ init: 'off', ...inputs }),
        ...eventVariables(options),
        ...{ GITHUB_EVENT_PATH: files.event, GITHUB_OUTPUT: files.output, GITHUB_STEP_SUMMARY: files.summary },
        ...{ GITHUB_ENV: more.env, GITHUB_STATE: more.state, GITHUB_PATH: more.path, GITHUB_WORKSPACE: workspace },
        ...{ RUNNER_TEMP: temp, RUNNER_TOOL_CACHE: tools, RUNNER_OS: 'Linux', RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64' },
        ...{ RUNNER_NAME: 'GitHub Actions 1', RUNNER_ENVIRONMENT: 'github-hosted' },
        ...env,
      },
    });
    const { code, stdout, stderr } = await childEnd(child);
    const read = (path: string): Promise<string> => readFile(path, 'utf8');
    const summary = await read(files.summary);
    const { annotations, masked, inert, obeyed, shown } = parseCommands(stdout);
    return {
      ...{ code, stdout, stderr, annotations, masked, inert, obeyed, shown, outputs: parseFileCommands(await read(files.output)) },
      ...{ exported: parseFileCommands(await read(more.env)), state: parseFileCommands(await read(more.state)) },
      summary: Buffer.byteLength(summary) > SUMMARY_LIMIT ? '' : summary,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Upper case, spaces to underscores, hyphens kept: as the runner does. */
function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]));
}

function eventVariables({
  event,
  github,
  results,
  runId = 501,
  runAttempt = 1,
  rerun = 'all',
  jobId = 601,
  job = 'coldgate',
}: RunOptions): Record<string, string> {
  const { name, repository, sha, ref, actor, headRef, baseRef, caches } = event;
  const api = github ?? 'http://127.0.0.1:9'; // nothing answers there: a test without a double reaches nothing
  return {
    ...{ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_ACTION: '__coldgate_coldgate', GITHUB_JOB: job, GITHUB_WORKFLOW: 'CI' },
    ...{ GITHUB_EVENT_NAME: name, GITHUB_SHA: sha, GITHUB_REF: ref, GITHUB_REF_NAME: ref.replace(/^refs\/(heads|tags|pull)\//, '') },
    ...{ GITHUB_REF_TYPE: ref.startsWith('refs/tags/') ? 'tag' : 'branch', GITHUB_HEAD_REF: headRef, GITHUB_BASE_REF: baseRef },
    ...{
      GITHUB_REPOSITORY: repository,
      GITHUB_REPOSITORY_OWNER: repository.replace(/\/.*/, ''),
      GITHUB_ACTOR: actor,
      GITHUB_TRIGGERING_ACTOR: actor,
    },
    ...{ GITHUB_RUN_ID: String(runId), GITHUB_RUN_NUMBER: '1', GITHUB_RUN_ATTEMPT: String(runAttempt), GITHUB_RETENTION_DAYS: '90' },
    ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_API_URL: api, GITHUB_GRAPHQL_URL: `${api}/graphql` },
    ...(results === undefined ? {} : { ACTIONS_RESULTS_URL: results, ACTIONS_RUNTIME_URL: results, ACTIONS_CACHE_SERVICE_V2: 'true' }),
    ...(results === undefined ? {} : { ACTIONS_RUNTIME_TOKEN: runtimeToken({ runId, jobId, caches, attempt: runAttempt, rerun }) }),
  };
}

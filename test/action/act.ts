import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ActionEvent } from '../doubles/events.ts';
import { runtimeToken } from '../doubles/results.ts';
import { type ActLine, parseActLog, type Workflow } from './act-log.ts';
import { childEnd } from './child.ts';
import { findGoTool } from './go-tool.ts';

/** The runtime of `using: node24`: act runs whatever `node` comes first on its PATH. */
const NODE_24 = fileURLToPath(new URL('../../node_modules/node/bin', import.meta.url));
const OURS =
  /^(GITHUB_|ACTIONS_|RUNNER_|INPUT_|STATE_|AWS_|ACT_|RUSTFLAGS|RUSTC_WRAPPER|CARGO_TARGET_DIR|FORCE_COLOR|NODE_OPTIONS|VITEST|CI$)/;

export interface ActOptions {
  readonly event: ActionEvent;
  /** The workflow's text, or the path of its file. */
  readonly workflow: string;
  /** What `actions/checkout` gives each job a copy of. */
  readonly workspace: string;
  /** Folders behind `uses:`, by name and ref: `{ 'coldgate/coldgate@v1': DIR }`. */
  readonly actions?: Readonly<Record<string, string>>;
  readonly github?: string;
  readonly results?: string;
  /** GITHUB_TOKEN: its rights are what the double gave it; act takes no notice of `permissions:`. */
  readonly token?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** `vars` of the repository. */
  readonly vars?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** A folder of programs that the runner has before this machine's. */
  readonly programs?: string;
  /** What act is started by, in place of itself: its first arguments. */
  readonly within?: readonly [string, ...string[]];
  readonly job?: string;
  readonly runId?: number;
  readonly runAttempt?: number;
  readonly signal?: AbortSignal;
}

export interface Acted extends Workflow {
  readonly code: number | null;
  /** Everything that act and the steps printed, for a failing test. */
  readonly log: string;
}

/**
 * Runs a workflow under act, on the host and without a container engine: https://github.com/nektos/act.
 * All of its files are in a folder of this run; its own artifact server stands idle, because act hands out a token only beside one.
 */
export async function act(options: ActOptions): Promise<Acted> {
  const { event, workspace, results, signal, runId = 501 } = options;
  const program = await findGoTool('act');
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-act-'));
  try {
    const payload = join(folder, 'event.json');
    await writeFile(payload, JSON.stringify(event.payload));
    await mkdir(join(folder, 'config'));
    const runtime =
      results === undefined ? {} : { ACTIONS_RUNTIME_URL: results, ACTIONS_RUNTIME_TOKEN: runtimeToken({ runId, caches: event.caches }) };
    const inherited = Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !OURS.test(entry[0]),
    );
    const [command, ...first] = [...(options.within ?? []), program];
    const child = spawn(command ?? program, [...first, ...(await argumentsOf(options, folder)), '--eventpath', payload], {
      cwd: workspace,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
      env: {
        ...Object.fromEntries(inherited),
        ...runtime,
        PATH: [NODE_24, ...(options.programs === undefined ? [] : [options.programs]), process.env.PATH ?? ''].join(delimiter),
        XDG_CONFIG_HOME: join(folder, 'config'),
        ACT_DISABLE_VERSION_CHECK: '1',
      },
    });
    return await ended(child);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function argumentsOf(options: ActOptions, folder: string): Promise<readonly string[]> {
  const { event, workspace, actions = {}, secrets = {}, vars = {}, token, job } = options;
  const values = (flag: string, entries: Readonly<Record<string, string>>): string[] =>
    Object.entries(entries).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  return [
    ...[event.name, '--json', '--platform', 'ubuntu-latest=-self-hosted', '--platform', 'ubuntu-24.04-arm=-self-hosted'],
    ...['--directory', workspace, '--workflows', await workflowFile(options.workflow, folder), '--actor', event.actor],
    ...['--action-cache-path', join(folder, 'actions'), '--no-cache-server'],
    ...['--artifact-server-path', join(folder, 'artifacts'), '--artifact-server-addr', '127.0.0.1', '--artifact-server-port', '0'],
    ...values('--local-repository', actions),
    ...values('--secret', token === undefined ? secrets : { GITHUB_TOKEN: token, ...secrets }),
    ...values('--var', vars),
    ...values('--env', variables(options)),
    ...(job === undefined ? [] : ['--job', job]),
  ];
}

/** What act would take from the local clone or invent. */
function variables({ event, github, runId = 501, runAttempt = 1, env = {} }: ActOptions): Readonly<Record<string, string>> {
  const api = github ?? 'http://127.0.0.1:9';
  return {
    ...{
      SHA_REF: event.sha,
      GITHUB_REF: event.ref,
      GITHUB_REPOSITORY: event.repository,
      GITHUB_REPOSITORY_OWNER: event.repository.replace(/\/.*/, ''),
    },
    ...{ GITHUB_RUN_ID: String(runId), GITHUB_RUN_ATTEMPT: String(runAttempt), GITHUB_API_URL: api, GITHUB_GRAPHQL_URL: `${api}/graphql` },
    ...{ ACTIONS_CACHE_SERVICE_V2: 'true' },
    ...env,
  };
}

async function workflowFile(workflow: string, folder: string): Promise<string> {
  if (!workflow.includes('\n')) return workflow;
  const path = join(folder, 'workflow.yml');
  await writeFile(path, workflow);
  return path;
}

async function ended(child: ReturnType<typeof spawn>): Promise<Acted> {
  const { code, stdout, stderr } = await childEnd(child);
  const lines = stdout.split('\n').flatMap((line) => parseLine(line) ?? []);
  const log = [...lines.map((line) => `[${line.job ?? ''}] ${line.msg ?? ''}`), stderr].join('\n');
  return { ...parseActLog(lines), code, log };
}

/** Act prints a few lines of its own that are no JSON. */
function parseLine(line: string): ActLine | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

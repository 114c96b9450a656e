import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as core from '@actions/core';
import { credentialsOf } from './action/credentials.ts';
import { performAction, performPost } from './action/modes.ts';
import type { Runner, Workflow, WorkflowRun } from './action/workflow.ts';
import { actionsCache } from './cache/actions-cache.ts';
import { Cancelled, renderFailure, UsageError } from './core/failures.ts';
import { Lines } from './core/output.ts';
import { valuesKeptBack } from './core/redact.ts';
import { parseEvent } from './github/event.ts';
import { type Host, stateFolder, withoutSecrets } from './host.ts';
import { parseInputs } from './options/inputs.ts';
import { inputName } from './options/values.ts';
import { logProgress } from './progress/log.ts';
import { harmless } from './progress/stream.ts';
import { systemTiming } from './progress/waits.ts';
import { logText } from './report/text/escape.ts';
import { VERSION } from './version.ts';

/** The Action's entry: reads inputs and environment, runs the mode, and is the only place that fails the step. */
const cancelled = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => cancelled.abort());

/** Whether what is written now is an annotation of this Action's own. */
let isOwn = false;
quietStandardError();
keepToOwnAnnotations();

/** The runner starts the same file again after the job; what the main step saved tells the two apart. */
const isPost = core.getState('started') === 'true';
if (!isPost) core.saveState('started', 'true');

try {
  if (isPost) await performPost((name) => core.getState(name), postHost());
  else await perform();
} catch (error) {
  // What is left on AWS expires: no reason to fail a job that has passed.
  if (isPost) annotating(() => core.warning(renderFailure(error)));
  else {
    const stopped = error instanceof Cancelled || cancelled.signal.aborted;
    annotating(() => core.setFailed(stopped ? 'cancelled: everything was cleaned' : renderFailure(error)));
  }
}

async function perform(): Promise<void> {
  const verdict = await performAction(await readWorkflow());
  if (verdict.kind === 'failed') annotating(() => core.setFailed(verdict.sentence));
  else say(verdict.sentence);
}

async function readWorkflow(): Promise<Workflow> {
  const inputs = parseInputs((name) => core.getInput(name));
  if (inputs.token !== '') {
    core.setSecret(inputs.token);
    // As git sends it.
    core.setSecret(Buffer.from(`x-access-token:${inputs.token}`).toString('base64'));
  }
  for (const value of valuesKeptBack(inputs.check.secrets)) core.setSecret(value);
  const env = environment();
  return {
    inputs,
    run: await readRun(env),
    runner: runner(env),
    host: hostOf(env, inputs.token),
    cache: actionsCache(say),
  };
}

function postHost(): Host {
  return hostOf(environment(), core.getInput('github-token'));
}

function environment(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function hostOf(env: Readonly<Record<string, string>>, jobToken: string): Host {
  return {
    cwd: env.GITHUB_WORKSPACE ?? process.cwd(),
    env: withoutSecrets(env, jobToken),
    home: stateFolder(env, homedir(), process.platform),
    signal: cancelled.signal,
    version: VERSION,
    progress: { ...logProgress(say, systemTiming), fold },
    nameOf: inputName,
  };
}

async function readRun(env: Readonly<Record<string, string>>): Promise<WorkflowRun> {
  const need = (name: string): string => {
    const value = env[name] ?? '';
    if (value === '') throw new UsageError(`${name} is not set: this is the GitHub Action; on a laptop run \`coldgate check\``);
    return value;
  };
  const [owner = '', repository = ''] = need('GITHUB_REPOSITORY').split('/');
  const payload: unknown = JSON.parse(await readFile(need('GITHUB_EVENT_PATH'), 'utf8'));
  return {
    event: parseEvent(need('GITHUB_EVENT_NAME'), payload, env.GITHUB_ACTOR ?? ''),
    owner,
    repository,
    sha: need('GITHUB_SHA'),
    runId: Number(need('GITHUB_RUN_ID')),
    attempt: Number(env.GITHUB_RUN_ATTEMPT ?? '1'),
    job: env.GITHUB_JOB ?? '',
    runnerName: env.RUNNER_NAME ?? '',
    serverUrl: env.GITHUB_SERVER_URL ?? 'https://github.com',
    apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com',
    temp: need('RUNNER_TEMP'),
    selfHosted: env.RUNNER_ENVIRONMENT === 'self-hosted',
    credentials: await credentialsOf(env, homedir()),
  };
}

/** A group of the job's log: the files of a hosted runner are gone with it. */
function fold(title: string, text: string): void {
  core.startGroup(title);
  say(text);
  core.endGroup();
}

/**
 * All that is logged as text, whoever wrote it: none of it can be a command. Commands themselves stay on, since what the toolkit masks (signed
 * addresses) it masks by commands; between `::stop-commands::` and its end they would be printed instead.
 */
function say(text: string): void {
  core.info(harmless(text));
}

/** Lets an annotation through. */
function annotating(issue: () => void): void {
  isOwn = true;
  try {
    issue();
  } finally {
    isOwn = false;
  }
}

/** What the toolkit warns of by itself (a cache that refuses, a retry) is a line of the log: it costs time, never a result. */
function keepToOwnAnnotations(): void {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array) => {
    const [, data] = /^::(?:error|warning|notice)(?: [^:]*)?::(.*)$/s.exec(isOwn ? '' : String(chunk).trimEnd()) ?? [];
    return write(data === undefined ? chunk : `${logText(data.replaceAll('%0D', '').replaceAll('%0A', '\n').replaceAll('%25', '%'))}\n`);
  };
}

/** The runner reads standard error as it does standard output, and the toolkit's own children (tar) name files there that a build has made. */
function quietStandardError(): void {
  const write = process.stderr.write.bind(process.stderr);
  const lines = new Lines((line) => write(`${logText(line)}\n`), { longest: 100_000, onLonger: 'cut' });
  process.stderr.write = (chunk: string | Uint8Array) => {
    lines.add(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    return true;
  };
  process.once('exit', () => lines.end());
}

function runner(env: Readonly<Record<string, string>>): Runner {
  return {
    log: say,
    warn: (line) => annotating(() => core.warning(line)),
    output: (name, value) => core.setOutput(name, value),
    saveState: (name, value) => core.saveState(name, value),
    summary: async (markdown) => {
      if ((env.GITHUB_STEP_SUMMARY ?? '') !== '') await core.summary.addRaw(markdown, true).write();
    },
    annotate: ({ level, file, line, title, message }) => {
      const properties = { title, file, ...(line === null ? {} : { startLine: line }) };
      const issue = { error: core.error, warning: core.warning, notice: core.notice }[level];
      annotating(() => issue(message, properties));
    },
  };
}

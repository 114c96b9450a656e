import { type BuildRequest, DEFAULT_BUILD, withoutSelectors } from '../cargo/request.ts';
import type { ColdStartOptions } from '../cold-start/options.ts';
import { UsageError } from '../core/failures.ts';
import { parseLimits } from '../core/judge/limits.ts';
import type { Judging } from '../core/outcome.ts';
import { millis } from '../core/units.ts';
import type { Environment } from '../exec/run.ts';
import { parseInitEnv } from '../init/environment.ts';
import { parseEvents } from '../init/events/written-events.ts';
import type { Sources } from '../measure/context.ts';
import type { InitOptions } from '../measure/init.ts';
import { coldStartOptions } from './cold-start.ts';
import { type RepeatedFlag, repeatedFlags } from './repeat.ts';
import type { OptionValues } from './values.ts';

// What was asked for, each group of options as one value. Every mistake is a UsageError that names the option.

/** One commit, alone. */
export interface MeasureOptions {
  readonly sources: Sources;
  readonly init: InitOptions;
  /** Variables whose values are repeated nowhere: those of `init-env` and `cold-start-env`, whether or not anything is started with them. */
  readonly secrets: Environment;
}

/** Two sides, judged. */
interface JudgeOptions {
  readonly judging: Judging;
  /** The flags of the command that repeats it. */
  readonly repeat: readonly RepeatedFlag[];
}

/** Two snapshots. */
export interface CompareOptions extends JudgeOptions {
  readonly init: InitOptions;
}

/** Base and head, measured, compared and judged. */
export interface CheckOptions extends MeasureOptions, JudgeOptions {
  readonly base: string | null;
  /** `null`: not asked for. */
  readonly coldStart: ColdStartOptions | null;
}

export function measureOptions(values: OptionValues): MeasureOptions {
  const secrets = Object.assign({}, ...['init-env', 'cold-start-env'].map((name) => parseInitEnv(values.given(name), values.nameOf(name))));
  return { sources: sources(values), init: initOptions(values), secrets };
}

export function checkOptions(values: OptionValues): CheckOptions {
  return { ...measureOptions(values), ...judgeOptions(values), base: values.one('base'), coldStart: coldStartOptions(values) };
}

/** The flags that name a file or folder to be written. */
const OUTPUTS = ['output', 'json', 'markdown', 'html', 'flame-graphs'];
export function compareOptions(values: OptionValues): CompareOptions {
  return { ...judgeOptions(values), init: initOptions(values) };
}

function sources(values: OptionValues): Sources {
  const build: BuildRequest = {
    manifest: null,
    bins: values.all('bin'),
    packages: values.all('package'),
    workspace: values.on('workspace'),
    exclude: [],
    features: values.all('features').flatMap((item) => item.split(/[\s,]+/).filter((name) => name !== '')),
    allFeatures: values.on('all-features'),
    defaultFeatures: !values.on('no-default-features'),
    profile: values.one('profile') ?? DEFAULT_BUILD.profile,
    arch: values.one('arch') === null ? null : values.choice('arch', ['x86_64', 'arm64']),
    extra: values.all('build-arg'),
  };
  return {
    manifestPath: values.one('manifest-path'),
    workingDirectory: values.one('working-directory'),
    prepare: values.one('prepare'),
    build: withoutSelectors(build),
    outputs: OUTPUTS.flatMap((name) => values.given(name)).filter((path) => path !== '-'),
  };
}

function judgeOptions(values: OptionValues): JudgeOptions {
  const limits = parseLimits(values.all('limit'), values.nameOf('limit'));
  return { judging: { gate: values.choice('gate', ['fail', 'warn']), limits, judgedAs: 'change' }, repeat: repeatedFlags(values) };
}

function initOptions(values: OptionValues): InitOptions {
  const kind = values.choice('init', ['local', 'off']);
  const env = parseInitEnv(values.all('init-env'), values.nameOf('init-env'));
  const timeout = millis(values.time('init-timeout'));
  const pairs = values.number('init-pairs');
  const events = parseEvents(values.all('init-event'), values.nameOf('init-event'));
  return kind === 'off' ? { kind } : { kind, env, timeout, pairs, events };
}

export interface ReportFiles {
  readonly json: string | null;
  readonly markdown: string | null;
  readonly html: string | null;
}

export function reportFiles(values: OptionValues): ReportFiles {
  const files = { json: values.one('json'), markdown: values.one('markdown'), html: values.one('html') };
  const shown = Object.entries(files).flatMap(([flag, file]) => (file === '-' ? [`--${flag} -`] : []));
  if (shown.length > 1) throw new UsageError(`${shown.join(' and ')}: standard output takes one report`);
  return files;
}

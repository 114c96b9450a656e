import { COLD_START_LOOKS } from '../core/compare/looks.ts';
import { UsageError } from '../core/failures.ts';
import { parseLimits } from '../core/judge/limits.ts';
import type { Judging } from '../core/outcome.ts';
import { type Millis, millis, parseAmount } from '../core/units.ts';
import { parseInitEnv } from '../init/environment.ts';
import type { ColdStartChoice } from '../measure/cold-start.ts';
import type { Sources } from '../measure/context.ts';
import { type InitOptions, LOCAL_INIT } from '../measure/init.ts';
import type { Given } from './args.ts';

// What was asked for, each group of flags as one value. Every mistake is a UsageError that names the flag.

export function sources(given: Given): Sources {
  const features = given.all('features');
  const list = features.flatMap((item) => item.split(/[\s,]+/)).filter((item) => item !== '');
  const arch = given.one('arch');
  if (arch !== null && arch !== 'x86_64' && arch !== 'arm64')
    throw new UsageError(`--arch ${JSON.stringify(arch)}: allowed are x86_64 and arm64`);
  const defaultFeatures = !given.on('no-default-features');
  const allFeatures = given.on('all-features');
  return {
    manifestPath: given.one('manifest-path'),
    prepare: given.one('prepare'),
    choice: {
      bins: given.all('bin'),
      packages: given.all('package'),
      workspace: given.on('workspace'),
      features: list,
      allFeatures,
      defaultFeatures,
    },
    build: {
      profile: given.one('profile') ?? 'release',
      arch,
      packages: given.all('package'),
      features: [
        ...(list.length > 0 ? ['--features', list.join(',')] : []),
        ...(allFeatures ? ['--all-features'] : []),
        ...(defaultFeatures ? [] : ['--no-default-features']),
      ],
      extra: [...(given.on('workspace') ? ['--workspace'] : []), ...given.all('build-arg')],
    },
  };
}

export function judging(given: Given): Judging {
  const gate = given.one('gate') ?? 'fail';
  if (gate !== 'fail' && gate !== 'warn') throw new UsageError(`--gate ${JSON.stringify(gate)}: allowed are fail and warn`);
  return { gate, limits: parseLimits(given.all('limit'), { kind: 'input' }, '--limit') };
}

/** More pairs are of no use. */
const MOST_PAIRS = 500;
/** Lambda's own limit for an invocation, in which a late init is tried again. */
const LONGEST_TIMEOUT = 900_000;

export function initOptions(given: Given): InitOptions {
  const choice = given.one('init') ?? 'local';
  if (choice !== 'local' && choice !== 'off') throw new UsageError(`--init ${JSON.stringify(choice)}: allowed are local and off`);
  const env = parseInitEnv(given.all('init-env'), '--init-env');
  const timeout = initTimeout(given.one('init-timeout'));
  const pairs = initPairs(given.one('init-pairs'));
  return choice === 'off' ? { kind: 'off' } : { kind: 'local', env, timeout, pairs };
}

/** Enough for Lambda's own 10 s of init, once more within the timeout, and an answer. */
const DEFAULT_TIMEOUT = '15 s';
export const DEFAULT_PREFIX = 'coldgate-';

/** `null`: not asked for. What AWS would refuse is left to the stage, which knows its limits. */
export function coldStartChoice(given: Given): ColdStartChoice | null {
  if (!given.on('cold-start')) return null;
  const role = given.one('cold-start-role');
  if (role === null)
    throw new UsageError('--cold-start needs --cold-start-role: the execution role of the scratch functions (docs/cold-starts.md)');
  return { ...sampling(given), role };
}

function sampling(given: Given): Omit<ColdStartChoice, 'role'> {
  const event = given.one('cold-start-event') ?? '{}';
  try {
    JSON.parse(event);
  } catch (cause) {
    throw new UsageError(`--cold-start-event ${JSON.stringify(event.slice(0, 80))} is not JSON`, { cause });
  }
  const memories = numbers('--cold-start-memory', given.all('cold-start-memory'));
  const looks = numbers('--cold-start-samples', (given.one('cold-start-samples') ?? '').split(','));
  return {
    memories: memories.length === 0 ? [128] : memories,
    looks: looks.length === 0 ? COLD_START_LOOKS : looks,
    event,
    environment: parseInitEnv(given.all('cold-start-env'), '--cold-start-env'),
    timeout: Math.ceil(timeOf('--cold-start-timeout', given.one('cold-start-timeout') ?? DEFAULT_TIMEOUT) / 1_000),
    layers: given.all('cold-start-layer'),
    logGroup: given.one('cold-start-log-group') ?? '/coldgate/scratch',
    bucket: given.one('cold-start-bucket'),
    prefix: given.one('cold-start-prefix') ?? DEFAULT_PREFIX,
    cap: timeOf('--cold-start-cap', given.one('cold-start-cap') ?? '900 s'),
  };
}

/** Ascending, each once. */
function numbers(flag: string, texts: readonly string[]): readonly number[] {
  const given = texts.map((text) => text.trim()).filter((text) => text !== '');
  const wrong = given.find((text) => !/^[1-9]\d{0,5}$/.test(text));
  if (wrong !== undefined) throw new UsageError(`${flag} ${JSON.stringify(wrong)}: whole numbers, such as 128`);
  return [...new Set(given.map(Number))].toSorted((a, b) => a - b);
}

function timeOf(flag: string, text: string): Millis {
  const amount = parseAmount(text, 'time');
  if (amount.kind === 'mistake') throw new UsageError(`${flag}: ${amount.message}`);
  return millis(amount.value);
}

function initTimeout(text: string | null): Millis {
  if (text === null) return LOCAL_INIT.timeout;
  const timeout = timeOf('--init-timeout', text);
  if (timeout >= 1 && timeout <= LONGEST_TIMEOUT) return timeout;
  throw new UsageError(`--init-timeout ${JSON.stringify(text)}: from 1 ms to 900 s; Lambda gives an init 10 s`);
}

function initPairs(text: string | null): number {
  if (text === null) return LOCAL_INIT.pairs;
  const pairs = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (pairs >= LOCAL_INIT.pairs && pairs <= MOST_PAIRS) return pairs;
  throw new UsageError(
    `--init-pairs ${JSON.stringify(text)}: a whole number from ${LOCAL_INIT.pairs} to ${MOST_PAIRS}; fewer prove nothing`,
  );
}

export interface ReportFiles {
  readonly json: string | null;
  readonly markdown: string | null;
}

export function reportFiles(given: Given): ReportFiles {
  const files = { json: given.one('json'), markdown: given.one('markdown') };
  if (files.json === '-' && files.markdown === '-') throw new UsageError('--json - and --markdown -: standard output takes one report');
  return files;
}

import { type ColdStartOptions, checkColdStartOptions, type FunctionSettings, type Like } from '../cold-start/options.ts';
import { checkPrefix, checkTags } from '../cold-start/tags.ts';
import { UsageError } from '../core/failures.ts';
import { parseAmount } from '../core/units.ts';
import { parseInitEnv } from '../init/environment.ts';
import type { OptionValues } from './values.ts';

/** `null`: cold starts are not asked for. */
export function coldStartOptions(values: OptionValues): ColdStartOptions | null {
  return values.on('cold-start') ? samplingOptions(values, 'cold-start') : null;
}

/** With what the rights on AWS are tried: `coldgate doctor --aws`. `null`: they are not. */
export function doctorOptions(values: OptionValues): ColdStartOptions | null {
  if (values.on('aws')) return samplingOptions(values, 'aws');
  if (values.given('cold-start-role').length > 0) throw new UsageError('doctor looks at AWS with --aws alone: add it');
  return null;
}

function samplingOptions(values: OptionValues, asked: string): ColdStartOptions {
  const role = values.one('cold-start-role');
  if (role === null) {
    const needed = `${values.nameOf(asked)} needs ${values.nameOf('cold-start-role')}`;
    throw new UsageError(`${needed}: the execution role of the scratch functions (docs/cold-starts.md)`);
  }
  const settings: FunctionSettings = {
    memories: values.numbers('cold-start-memory'),
    environment: parseInitEnv(values.all('cold-start-env'), values.nameOf('cold-start-env')),
    timeout: Math.ceil(values.time('cold-start-timeout') / 1_000),
    layers: values.all('cold-start-layer'),
    storage: 512,
  };
  const options: ColdStartOptions = {
    ...settings,
    role,
    looks: values.numbers('cold-start-samples'),
    event: values.one('cold-start-event') ?? '',
    logGroup: values.one('cold-start-log-group') ?? '',
    bucket: values.one('cold-start-bucket'),
    prefix: scratchPrefix(values),
    tags: tagsOf(values),
    cap: values.time('cold-start-cap'),
    like: likesOf(values),
    explicit: explicitOf(values, settings),
    perFunction: perFunctionOf(values),
  };
  checkColdStartOptions(options, values.nameOf);
  return options;
}

/** What the names of scratch functions begin with. */
export function scratchPrefix(values: OptionValues): string {
  const prefix = values.one('cold-start-prefix') ?? '';
  checkPrefix(prefix, values.nameOf('cold-start-prefix'));
  return prefix;
}

function tagsOf(values: OptionValues): Readonly<Record<string, string>> {
  const tags = values.all('cold-start-tag').map((line): readonly [string, string] => {
    const [, name, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || value === undefined) throw values.mistake('cold-start-tag', line, 'write it as NAME=VALUE');
    return [name, value];
  });
  checkTags(tags, values.nameOf('cold-start-tag'));
  return Object.fromEntries(tags);
}

/** `prod-health`, or `health=prod-health` for one function alone. */
function likesOf(values: OptionValues): Like | null {
  const lines = values.all('cold-start-like');
  const names = values.all('cold-start-like-value');
  if (lines.length === 0) {
    if (names.length === 0) return null;
    throw new UsageError(
      `${values.nameOf('cold-start-like-value')} needs ${values.nameOf('cold-start-like')}: the function whose values are copied`,
    );
  }
  const deployed = lines.map((line): readonly [string | null, string] => {
    const [, fn, name] = /^(?:([\w./-]+)=)?([\w:/$-]{1,170})$/.exec(line.trim()) ?? [];
    if (name === undefined)
      throw values.mistake('cold-start-like', line, "write a deployed function's name or ARN, or FUNCTION=NAME for one function alone");
    return [fn ?? null, name];
  });
  const twice = deployed.find(([fn], place) => deployed.findIndex(([other]) => other === fn) !== place);
  if (twice !== undefined)
    throw values.mistake(
      'cold-start-like',
      twice[1],
      `there is one already ${twice[0] === null ? 'for all functions' : `for ${twice[0]}`}`,
    );
  const bad = names.find((name) => !/^[A-Za-z]\w*$/.test(name));
  if (bad !== undefined) throw values.mistake('cold-start-like-value', bad, 'write the name of an environment variable');
  return { deployed: new Map(deployed), values: names };
}

/** What was said, and is no default. */
function explicitOf(values: OptionValues, settings: FunctionSettings): Partial<FunctionSettings> {
  const given = (flag: string): boolean => values.given(flag).length > 0;
  return {
    ...(given('cold-start-memory') ? { memories: settings.memories } : {}),
    ...(given('cold-start-timeout') ? { timeout: settings.timeout } : {}),
    ...(given('cold-start-layer') ? { layers: settings.layers } : {}),
  };
}

const FORM = 'write it as FUNCTION: memory=256 timeout=30s storage=1024 layer=ARN, of these what differs';

/** `health: memory=256,512 timeout=30s storage=1024 layer=ARN`: what one function has of its own. */
function perFunctionOf(values: OptionValues): ReadonlyMap<string, Partial<FunctionSettings>> {
  const found = new Map<string, Partial<FunctionSettings>>();
  for (const line of values.all('cold-start-settings')) {
    const mistake = (what: string): UsageError => values.mistake('cold-start-settings', line, what);
    const [, name, rest] = /^([\w./-]+)\s*:\s+(\S.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || rest === undefined) throw mistake(FORM);
    const pairs = rest.split(/\s+/).map((word): readonly [string, string] => {
      const [, key, value] = /^(memory|timeout|storage|layer)=(\S+)$/.exec(word) ?? [];
      if (key === undefined || value === undefined) throw mistake(FORM);
      return [key, value];
    });
    const of = (key: string): readonly string[] => pairs.flatMap(([one, value]) => (one === key ? value.split(',') : []));
    const whole = (text: string, least: number, most: number, what: string): number => {
      const value = Number(text);
      if (!/^\d{1,6}$/.test(text) || value < least || value > most) throw mistake(`${what} is a whole number from ${least} to ${most}`);
      return value;
    };
    const memories = [...new Set(of('memory').map((text) => whole(text, 128, 10_240, 'memory, in MB,')))].toSorted((a, b) => a - b);
    const timeouts = of('timeout').map((text) => secondsOf(text) ?? mistake('timeout is a time from 1 s to 900 s, such as 30s'));
    const storages = of('storage').map((text) => whole(text, 512, 10_240, 'storage, in MB,'));
    const [timeout, storage, layers] = [timeouts.at(-1), storages.at(-1), of('layer')];
    if (timeout instanceof UsageError) throw timeout;
    if (found.has(name)) throw mistake(`${name} has settings already: one line for each function`);
    found.set(name, {
      ...(memories.length === 0 ? {} : { memories }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(storage === undefined ? {} : { storage }),
      ...(layers.length === 0 ? {} : { layers }),
    });
  }
  return found;
}

function secondsOf(text: string): number | null {
  const amount = parseAmount(text, 'time');
  const seconds = amount.kind === 'amount' ? Math.ceil(amount.value / 1_000) : 0;
  return seconds >= 1 && seconds <= 900 ? seconds : null;
}

import { parseArgs } from 'node:util';
import type { ColdStartOptions } from '../cold-start/options.ts';
import { messageOf, UsageError } from '../core/failures.ts';
import { meant, nearestOf, quoted, shortened } from '../core/text.ts';
import { type AdviseOptions, adviseOptions } from './advise.ts';
import { doctorOptions, scratchPrefix } from './cold-start.ts';
import { type Flag, VERBS, type Verb } from './flag.ts';
import { FLAGS } from './flags.ts';
import {
  type CheckOptions,
  type CompareOptions,
  checkOptions,
  compareOptions,
  type MeasureOptions,
  measureOptions,
  type ReportFiles,
  reportFiles,
} from './groups.ts';
import { type HistoryOptions, historyOptions } from './history.ts';
import { flagName, OptionValues } from './values.ts';
import { type BisectOptions, bisectOptions, type LogOptions, logOptions } from './walk.ts';

export type Command =
  | { readonly verb: 'help'; readonly of: Verb | null }
  | { readonly verb: 'version' }
  | { readonly verb: 'doctor'; readonly aws: ColdStartOptions | null }
  | { readonly verb: 'sweep'; readonly prefix: string; readonly run: string | null }
  | { readonly verb: 'demo'; readonly reports: ReportFiles }
  | ({ readonly verb: 'history' } & HistoryOptions)
  | ({ readonly verb: 'advise' } & AdviseOptions)
  | ({ readonly verb: 'bisect' } & BisectOptions)
  | ({ readonly verb: 'log' } & LogOptions)
  | ({ readonly verb: 'measure'; readonly output: string } & MeasureOptions)
  | ({ readonly verb: 'check'; readonly reports: ReportFiles; readonly flameGraphs: string | null } & CheckOptions)
  | ({ readonly verb: 'compare'; readonly base: string; readonly head: string; readonly reports: ReportFiles } & CompareOptions);

/** Reads the arguments after the program's name. Throws a UsageError that names the mistake and what is allowed. */
export function parseCommand(args: readonly string[]): Command {
  const [first, ...rest] = args;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help')
    return { verb: 'help', of: isVerb(rest[0]) ? rest[0] : null };
  if (first === '--version' || first === '-V') return { verb: 'version' };
  const verbs = VERBS.map(({ name }) => name);
  if (first.startsWith('-'))
    throw new UsageError(`${quoted(first).slice(1, -1)} stands before the command: coldgate check ${quoted(first).slice(1, -1)} …`);
  if (!isVerb(first))
    throw new UsageError(`no command ${quoted(first)}; there are: ${verbs.join(', ')} (coldgate --help)${meant(nearestOf(first, verbs))}`);
  if (rest.includes('--help') || rest.includes('-h')) return { verb: 'help', of: first };
  const { values, positionals } = parseFlags(first, rest);
  switch (first) {
    case 'doctor':
      return { verb: 'doctor', aws: doctorOptions(values) };
    case 'sweep':
      return { verb: 'sweep', prefix: scratchPrefix(values), run: sweptRun(values.one('run')) };
    case 'history':
      return { verb: 'history', ...historyOptions(values, positionals) };
    case 'advise':
      return { verb: 'advise', ...adviseOptions(values) };
    case 'bisect':
      return { verb: 'bisect', ...bisectOptions(values) };
    case 'log':
      return { verb: 'log', ...logOptions(values, positionals) };
    case 'demo':
      return { verb: 'demo', reports: reportFiles(values) };
    case 'measure': {
      const output = values.one('output');
      if (!output) throw new UsageError('measure needs -o DIR: where to write snapshot.json, packages/ and twins/');
      return { verb: 'measure', ...measureOptions(values), output };
    }
    case 'check':
      return { verb: 'check', ...checkOptions(values), reports: reportFiles(values), flameGraphs: values.one('flame-graphs') };
    case 'compare': {
      const [base, head, ...more] = positionals;
      if (!base || !head || more.length > 0)
        throw new UsageError('compare takes two snapshots: coldgate compare BASE HEAD (files or folders that `measure -o` wrote)');
      return { verb: 'compare', base, head, ...compareOptions(values), reports: reportFiles(values) };
    }
  }
}

/** Reads a verb's flags. Throws a UsageError for one that it does not have, and for a second value of one that takes one. */
function parseFlags(verb: Verb, args: readonly string[]): { readonly values: OptionValues; readonly positionals: readonly string[] } {
  const flags = FLAGS.filter(({ verbs }) => verbs.includes(verb));
  const options = Object.fromEntries(
    flags.map(({ name, short, value }) => [
      name,
      { type: value === null ? ('boolean' as const) : ('string' as const), multiple: true, ...(short === undefined ? {} : { short }) },
    ]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, strict: true, allowPositionals: ['compare', 'history', 'log'].includes(verb) });
  } catch (cause) {
    throw new UsageError(valueMistake(args, flags, cause) ?? flagMistake(verb, flags, cause), { cause });
  }
  const given = new Map<string, readonly string[]>();
  for (const { name, multiple, value } of flags) {
    const found = parsed.values[name];
    if (!Array.isArray(found)) continue;
    const texts = found.filter((item) => typeof item === 'string');
    if (value !== null && multiple !== true && texts.length > 1)
      throw new UsageError(`--${name} is given ${texts.length} times; it takes one value`);
    given.set(name, texts);
  }
  return { values: new OptionValues(given, flagName), positionals: parsed.positionals };
}

/** What is wrong with what a known flag is given; `null`: the mistake is another one. */
function valueMistake(args: readonly string[], flags: readonly Flag[], cause: unknown): string | null {
  const [, name, problem] =
    /^Option '(?:-\w, )?--([\w-]+)[^']*' (argument is ambiguous|argument missing|does not take)/.exec(messageOf(cause)) ?? [];
  const flag = flags.find((one) => one.name === name);
  if (flag === undefined) return null;
  if (flag.value === null) return `--${flag.name} takes no value`;
  const given = args.find((word, at) => word.startsWith('-') && [`--${flag.name}`, `-${flag.short}`].includes(args[at - 1] ?? ''));
  const isFlag = flags.some((one) => given === `--${one.name}` || given === `-${one.short}`);
  if (problem === 'argument missing' || given === undefined || isFlag) return `--${flag.name} needs a value: --${flag.name} ${flag.value}`;
  return `--${flag.name} takes ${flag.value}; one that begins with a dash is written with =, as in --${flag.name}=${shortened(given, 100)}`;
}

/** What `parseArgs` says of a mistake, without its advice on positional arguments, and with what may have been meant. */
function flagMistake(verb: Verb, flags: readonly Flag[], cause: unknown): string {
  const known = flags.map(({ name }) => `--${name}`);
  const listed = known.length === 0 ? 'none' : known.join(' ');
  const unknown = /^Unknown option '(-[^']*)'/.exec(messageOf(cause))?.[1];
  if (unknown === undefined) return `${verb}: ${messageOf(cause)}; its flags: ${listed}`;
  const near = nearestOf(
    unknown.replace(/^-+/, ''),
    flags.map(({ name }) => name),
  );
  const owners = FLAGS.find(({ name }) => `--${name}` === unknown)?.verbs ?? [];
  const has = `${verb} has no flag ${quoted(unknown).slice(1, -1)}`;
  if (owners.length > 0) return `${has}; ${owners.join(' and ')} ${owners.length === 1 ? 'has' : 'have'} it; its flags: ${listed}`;
  return near === null ? `${has}; its flags: ${listed}` : `${has}; did you mean --${near}? Its flags: ${listed}`;
}

function isVerb(text: string | undefined): text is Verb {
  return VERBS.some(({ name }) => name === text);
}

/** An empty ID would be of no run: an expression that came to nothing. */
function sweptRun(run: string | null): string | null {
  if (run !== null && run.trim() === '') throw new UsageError('--run "": the ID of a run, as the run itself named it');
  return run;
}

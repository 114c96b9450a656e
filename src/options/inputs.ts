import { UsageError } from '../core/failures.ts';
import { type Minimum, parseMinimum } from '../core/judge/noticed.ts';
import { quoted } from '../core/text.ts';
import type { Millis } from '../core/units.ts';
import type { CommentWhen } from '../github/comment.ts';
import type { Mode } from '../github/trust-rules.ts';
import { METRIC_OUTPUTS } from '../report/outputs.ts';
import { BUDGETS, parseBudget } from './budget.ts';
import type { Flag } from './flag.ts';
import { FLAGS, inputHelp, inputOf } from './flags.ts';
import { type CheckOptions, checkOptions } from './groups.ts';
import { inputName, OptionValues, oneOf } from './values.ts';

export interface ActionInputs {
  readonly mode: Mode;
  readonly check: CheckOptions;
  readonly key: string;
  readonly leg: string;
  /** Mode measure: the share of the functions that this job measures; `null`: all. */
  readonly shard: ShardInput | null;
  /** Of how many jobs of a matrix this is one; 1 outside of one. */
  readonly jobTotal: number;
  /** The legs that `report` waits for; empty: those that were uploaded. */
  readonly legs: readonly string[];
  /** Mode history: the functions that a leg may have lines of; one that is not named here may of all. */
  readonly legFunctions: ReadonlyMap<string, readonly string[]>;
  /** Mode report: how far the cold-start job is; `null`: the workflow has none. */
  readonly coldStartResult: ColdStartResult | null;
  readonly comment: CommentWhen;
  /** Of what `on-change` takes for a change. */
  readonly minimum: Minimum;
  /** How long remedies are tried where a limit is breached; `null`: they are not. */
  readonly adviseBudget: Millis | null;
  readonly label: string;
  readonly author: string;
  readonly token: string;
  readonly cache: boolean;
  /** Whether valgrind and strace are brought where the runner has none. */
  readonly bringsTracers: boolean;
}

/** `pending`: it is not waited for. The rest is what GitHub calls the result of a job that is over. */
export type ColdStartResult = (typeof COLD_START_RESULTS)[number];
const COLD_START_RESULTS = ['pending', 'success', 'failure', 'cancelled', 'skipped'] as const;

/** `2/5`. */
export interface ShardInput {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

interface Input {
  readonly name: string;
  readonly default: string;
  readonly help: string;
  /** Nobody sets it: its default is how the runner tells something. Not among what people read. */
  readonly hidden?: true;
}

/** As many jobs as a matrix of GitHub's can have. */
export const MOST_SHARDS = 256;

/** Inputs that only the Action has. */
const OWN: readonly Input[] = [
  {
    name: 'mode',
    default: 'check',
    help: 'check (all in one job), measure (build and upload, no rights needed), cold-start (sample on AWS what measure uploaded), report (judge what was uploaded; runs no pull request code), accept (start the failed job again when the label is set) or history (append what was uploaded on push to the branch coldgate-history; docs/history.md)',
  },
  {
    name: 'key',
    default: 'default',
    help: 'tells several checks on one pull request apart: one comment and one commit status for each key',
  },
  { name: 'leg', default: 'default', help: 'mode measure: the name of this leg of a matrix' },
  {
    name: 'shard',
    default: '',
    help: 'mode measure: `i/n`, such as 2/5: this job builds the second of five shares of the functions that the change reaches, even by their last build times; report joins them',
  },
  {
    name: 'legs',
    default: '',
    help: 'modes report and history: the legs to expect, one per line; a missing one is named and fails the check. Mode history: `leg: function function` lets that leg write of these alone',
  },
  {
    name: 'cold-start-result',
    default: '',
    help: 'mode report beside a cold-start job: `pending` in the report that does not wait for it, the expression `needs.cold-start.result` in the one after it; cold starts are judged of a job that ended with success alone, and have a commit status of their own',
  },
  { name: 'comment', default: 'always', help: 'always, on-change, on-breach or never' },
  {
    name: 'comment-minimum',
    default: '1 kB & 0.1%',
    help: 'comment on-change: the least change that is worth a comment; a size has to move by both, what is counted by the percentage',
  },
  {
    name: 'advise',
    default: 'off',
    help: 'mode check: off, or on-breach: what may help the function that is furthest over a limit is built and started, and the comment gets what each saves and a patch (docs/advise.md)',
  },
  { name: 'advise-budget', default: '10m', help: 'how long remedies may be built and started (10m, 90s, 1h)' },
  { name: 'accept-label', default: 'coldgate: accepted', help: 'the label by which somebody with write access accepts a breach' },
  { name: 'comment-author', default: '', help: 'the account that the token comments as; default: GitHub is asked' },
  {
    name: 'github-token',
    default: '${{ github.token }}',
    help: 'writes the comment and the commit status, and fetches a missing base; it is handed to no build (docs/trust.md says what one can reach all the same)',
  },
  {
    name: 'init-tools',
    default: 'bring',
    help: "what counts an init: bring takes valgrind and strace from the runner's own distribution where it has none (Ubuntu and Debian; no root, nothing is installed), found brings nothing and uses what is there already",
  },
  { name: 'cache', default: 'true', help: 'keep tools, target folder and the measured base in the Actions cache' },
  {
    name: 'job-total',
    default: '${{ strategy.job-total }}',
    help: 'not to be set: how many jobs a matrix has, so that its legs are told apart before anything is built',
    hidden: true,
  },
];

/** Every input there is: `action.yml` and the README's table come from this list. */
export const INPUTS: readonly Input[] = [
  ...OWN.slice(0, 1),
  ...FLAGS.flatMap((flag) => {
    const name = inputOf(flag);
    return name === null ? [] : [{ name, default: '', help: inputHelp(flag) }];
  }),
  ...OWN.slice(1),
];

/** Every output there is; figures are in decimal digits, of the only or the worst function, and empty where there is none. */
export const OUTPUTS: readonly { readonly name: string; readonly help: string }[] = [
  { name: 'verdict', help: 'pass, fail, accepted, unchecked (a limit that you wrote could not be checked) or off' },
  { name: 'sentence', help: 'the verdict in one sentence, with the figure that decided it' },
  { name: 'report-json', help: 'path of the whole report as JSON (schema/check.schema.json)' },
  { name: 'report-markdown', help: 'path of the whole report as Markdown' },
  { name: 'packages', help: "paths of head's packages, one per line: exactly what was measured, ready to deploy" },
  { name: 'comment-url', help: 'the address of the comment' },
  { name: 'function', help: 'the only or the worst function' },
  ...METRIC_OUTPUTS,
];

/** Reads all inputs once. `get` answers '' for one that is not set, as `@actions/core` does. Throws a UsageError that names the input. */
export function parseInputs(get: (name: string) => string): ActionInputs {
  const text = (name: string): string => {
    const given = get(name).trim();
    return given === '' ? (INPUTS.find((input) => input.name === name)?.default ?? '') : given;
  };
  const mode = oneOf('input mode', text('mode'), ['check', 'measure', 'cold-start', 'report', 'accept', 'history']);
  const given = new Map(FLAGS.flatMap((flag) => givenOf(flag, get)));
  if (mode === 'cold-start') given.set('cold-start', []);
  return {
    mode,
    check: checkOptions(new OptionValues(given, inputName)),
    key: keyOf(text('key')),
    leg: word('leg', text('leg')),
    shard: shardOf(text('shard'), mode),
    ...legsOf(lines(text('legs')), mode),
    coldStartResult: coldStartResultOf(text('cold-start-result'), mode),
    comment: oneOf('input comment', text('comment'), ['always', 'on-change', 'on-breach', 'never']),
    minimum: parseMinimum(text('comment-minimum'), 'input comment-minimum'),
    adviseBudget: adviseBudgetOf(text('advise'), text('advise-budget'), mode),
    label: text('accept-label'),
    author: text('comment-author'),
    token: get('github-token').trim(),
    cache: flagOf('cache', text('cache')),
    bringsTracers: oneOf('input init-tools', text('init-tools'), ['bring', 'found']) === 'bring',
    // What is no number was not evaluated: outside of GitHub's runners.
    jobTotal: Math.max(1, Number.parseInt(get('job-total'), 10) || 1),
  };
}

/** What an input says of a flag; none where it is not set. */
function givenOf(flag: Flag, get: (name: string) => string): readonly (readonly [string, readonly string[]])[] {
  const { name, value, multiple } = flag;
  const input = inputOf(flag);
  const text = input === null ? '' : get(input).trim();
  if (text === '' || input === null) return [];
  if (value === null) return flagOf(input, text) ? [[name, []]] : [];
  return [[name, multiple === true ? lines(text) : [text]]];
}

function lines(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** `orders`, or `orders: orders returns`. */
function legsOf(given: readonly string[], mode: Mode): Pick<ActionInputs, 'legs' | 'legFunctions'> {
  const legs = given.map((line) => {
    const [name = '', functions] = line.split(/:(.*)/s);
    if (functions !== undefined && mode !== 'history')
      throw new UsageError(`input legs: ${quoted(line)}: functions behind a leg's name are for mode history`);
    return { name: word('legs', name.trim()), functions: functions?.split(/[\s,]+/).filter((one) => one !== '') };
  });
  const named = legs.flatMap(({ name, functions }) => (functions === undefined ? [] : [[name, functions] as const]));
  return { legs: legs.map(({ name }) => name), legFunctions: new Map(named) };
}

function adviseBudgetOf(when: string, budget: string, mode: Mode): Millis | null {
  const chosen = oneOf('input advise', when, ['off', 'on-breach']);
  const time = parseBudget(budget);
  if (time === null) throw new UsageError(`input advise-budget ${quoted(budget)}: ${BUDGETS}`);
  if (chosen === 'off') return null;
  if (mode !== 'check')
    throw new UsageError(`input advise is for mode check: mode ${mode} ${mode === 'measure' ? 'judges nothing' : 'builds nothing'}`);
  return time;
}

function shardOf(text: string, mode: Mode): ShardInput | null {
  if (text === '') return null;
  const [, index = '', count = ''] = /^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (!(shard.index >= 1 && shard.index <= shard.count && shard.count <= MOST_SHARDS))
    throw new UsageError(`input shard: ${quoted(text)}: write i/n, such as 2/5, with i from 1 to n and n at most ${MOST_SHARDS}`);
  if (mode !== 'measure')
    throw new UsageError(
      `input shard is for mode measure: mode ${mode} ${mode === 'check' ? 'judges all functions in one job' : 'takes the shards together'}`,
    );
  return shard;
}

function coldStartResultOf(text: string, mode: Mode): ColdStartResult | null {
  if (text === '') return null;
  if (mode !== 'report') throw new UsageError(`input cold-start-result is for mode report: mode ${mode} waits for no cold-start job`);
  return oneOf('input cold-start-result', text, COLD_START_RESULTS);
}

function flagOf(name: string, text: string): boolean {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  throw new UsageError(`input ${name}: ${quoted(text)} is neither true nor false`);
}

/** What a key or a leg may be called: it goes into an artifact's name, a folder's, a marker and a status context. */
export function isWord(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}

/** One key is taken: its status would be that of the cold starts of the default key. */
function keyOf(text: string): string {
  if (text === 'cold-start') throw new UsageError('input key: cold-start names the status of cold starts: take another key');
  return word('key', text);
}

function word(name: string, text: string): string {
  if (isWord(text)) return text;
  throw new UsageError(`input ${name}: ${quoted(text)} may have letters, digits, dots, dashes and underscores only, 64 at most`);
}

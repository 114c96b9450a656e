import { DEFAULT_LIMITS } from '../core/judge/limits.ts';

/** A word after `coldgate`. */
export const VERBS = [
  { name: 'check', arguments: '[flags]', help: 'build and compare this tree with its base, judge it by the limits' },
  { name: 'measure', arguments: '-o DIR [flags]', help: 'measure this commit only: snapshot.json, packages, twins' },
  { name: 'compare', arguments: 'BASE HEAD [flags]', help: 'two snapshots, no build: start both, compare, judge, print' },
  { name: 'doctor', arguments: '', help: 'which tools are there, which are missing, and what installs them' },
  { name: 'demo', arguments: '[flags]', help: 'the main job on the bundled example, built for real at two commits' },
  { name: 'sweep', arguments: '[flags]', help: 'delete scratch functions on AWS whose run was killed, once they expired' },
] as const;
export type Verb = (typeof VERBS)[number]['name'];

export interface Flag {
  readonly name: string;
  readonly short?: string;
  /** What its value looks like; `null`: it takes none. Words with bars between are all that is allowed. */
  readonly value: string | null;
  /** It may be given several times, as an input a line each. */
  readonly multiple?: true;
  readonly verbs: readonly Verb[];
  /** The Action's input for it, where it has another name: the plural of what takes a line each; `null`: it has none. */
  readonly input?: string | null;
  /** The value where none is given. */
  readonly default?: string;
  /** What is done where none is given, if no value says it. */
  readonly otherwise?: string;
  /** Of a number or a time: the least and the most, in the unit of its value, and why. */
  readonly range?: readonly [least: string, most: string, why: string];
  /** In the command that repeats a check, which stands in a public comment: `drop` what is of this run or account, `name` what may be a secret. */
  readonly repeat?: 'drop' | 'name';
  readonly help: string;
}

const BUILDING: readonly Verb[] = ['check', 'measure'];
const JUDGING: readonly Verb[] = ['check', 'compare'];
/** What goes to AWS. */
const SAMPLING: readonly Verb[] = ['check'];
/** What starts functions on this machine. */
const STARTING: readonly Verb[] = ['check', 'measure', 'compare'];
const REPORTING: readonly Verb[] = ['check', 'compare', 'demo'];

/** Cold starts: none of it belongs into the command that repeats a check. */
const COLD_START: readonly (Omit<Flag, 'verbs'> & Partial<Pick<Flag, 'verbs'>>)[] = [
  {
    name: 'cold-start',
    value: null,
    help: 'sample cold starts on AWS too: scratch functions of base and head, deleted afterwards (see docs/cold-starts.md)',
  },
  { name: 'cold-start-role', value: 'ARN', help: 'the execution role of the scratch functions' },
  {
    name: 'cold-start-memory',
    value: 'MB',
    multiple: true,
    default: '128',
    range: ['128', '10240', 'the sizes that Lambda has'],
    help: 'a memory size to sample; the smallest is judged, several make a table',
  },
  {
    name: 'cold-start-samples',
    value: 'LIST',
    default: '20,40,60',
    range: ['7', '1000', 'fewer prove nothing, and no more are kept'],
    help: 'after how many pairs the samples are looked at; sampling stops when a look decides',
  },
  { name: 'cold-start-event', value: 'JSON', default: '{}', help: 'the event that the functions are invoked with' },
  { name: 'cold-start-env', value: 'NAME=VALUE', multiple: true, help: 'a variable of the scratch functions' },
  {
    name: 'cold-start-timeout',
    value: 'TIME',
    default: '15 s',
    range: ['1 s', '900 s', 'the longest that Lambda has'],
    help: "the scratch functions' timeout, in whole seconds",
  },
  { name: 'cold-start-layer', value: 'ARN', multiple: true, input: 'cold-start-layers', help: 'a layer version of the scratch functions' },
  {
    name: 'cold-start-log-group',
    value: 'NAME',
    default: '/coldgate/scratch',
    help: 'the one log group that all scratch functions write to',
  },
  {
    name: 'cold-start-bucket',
    value: 'NAME',
    help: 'an S3 bucket that packages above 50 MB go through, the limit of direct upload; without one they are refused',
  },
  {
    name: 'cold-start-prefix',
    value: 'PREFIX',
    verbs: ['check', 'sweep'],
    default: 'coldgate-',
    help: 'what the names of scratch functions begin with',
  },
  {
    name: 'cold-start-cap',
    value: 'TIME',
    default: '900 s',
    range: ['1 s', '86400 s', 'a run must end'],
    help: 'when no more pairs are begun',
  },
];

/** Every flag there is: parser, `--help`, the README's tables, action.yml and the command that repeats a check come from this list. */
export const FLAGS: readonly Flag[] = [
  {
    name: 'base',
    value: 'REF',
    verbs: ['check'],
    otherwise:
      "the merge base with the branch's upstream, the remote's default branch or the local one; where HEAD has nothing beyond that, HEAD when files that a build reads are changed, else HEAD^1; the first line of the report says which",
    repeat: 'drop',
    help: 'compare with this commit',
  },
  {
    name: 'limit',
    value: 'LIMIT',
    multiple: true,
    verbs: JUDGING,
    input: 'limits',
    otherwise: DEFAULT_LIMITS.map(({ text }) => `'${text}'`).join(' and '),
    help: "a limit such as 'zip: 5 MB', 'health/binary: +2% & +20 kB' or none",
  },
  { name: 'gate', value: 'fail|warn', verbs: JUDGING, default: 'fail', help: 'what a breach does: exit 1 (fail) or only say so (warn)' },
  { name: 'output', short: 'o', input: null, value: 'DIR', verbs: ['measure'], help: 'where to write snapshot.json, packages/ and twins/' },
  {
    name: 'json',
    value: 'FILE',
    input: null,
    verbs: REPORTING,
    repeat: 'drop',
    help: 'write the whole comparison as JSON (schema/check.schema.json); - for standard output',
  },
  {
    name: 'markdown',
    value: 'FILE',
    input: null,
    verbs: REPORTING,
    repeat: 'drop',
    help: 'write the report as Markdown; - for standard output',
  },
  { name: 'manifest-path', value: 'PATH', verbs: BUILDING, otherwise: 'the one in this folder', help: 'the Cargo.toml to build' },
  {
    name: 'working-directory',
    short: 'C',
    value: 'DIR',
    verbs: BUILDING,
    otherwise: "the manifest's own folder",
    help: "run cargo lambda in this folder, with its configuration; manifest-path is from there and is cargo's own",
  },
  {
    name: 'bin',
    value: 'NAME',
    multiple: true,
    verbs: BUILDING,
    input: 'bins',
    otherwise: 'every binary of a package that depends on lambda_runtime, lambda_http or lambda-extension; where none does, every binary',
    help: 'measure this binary; package/binary where several packages have one of that name',
  },
  {
    name: 'package',
    short: 'p',
    value: 'NAME',
    multiple: true,
    verbs: BUILDING,
    input: 'packages',
    help: 'build this package of the workspace',
  },
  { name: 'workspace', value: null, verbs: BUILDING, help: 'build every package of the workspace' },
  { name: 'features', short: 'F', value: 'LIST', multiple: true, verbs: BUILDING, help: 'features to activate' },
  { name: 'all-features', value: null, verbs: BUILDING, help: 'activate all features' },
  { name: 'no-default-features', value: null, verbs: BUILDING, help: 'leave the default features off' },
  { name: 'profile', value: 'NAME', verbs: BUILDING, default: 'release', help: 'the cargo profile' },
  { name: 'arch', value: 'x86_64|arm64', verbs: BUILDING, otherwise: 'as cargo lambda chooses', help: 'the architecture' },
  {
    name: 'build-arg',
    value: 'ARG',
    multiple: true,
    verbs: BUILDING,
    input: 'build-args',
    help: 'passed on to cargo lambda build, such as --build-arg=--compiler=cargo',
  },
  {
    name: 'prepare',
    value: 'CMD',
    verbs: BUILDING,
    help: 'run in the private checkout before each build, to bring what git does not have ($COLDGATE_SOURCE is your tree)',
  },
  {
    name: 'init',
    value: 'local|off',
    verbs: STARTING,
    default: 'local',
    help: 'start what was built on this machine and measure all that it does before its first request (local), or do not (off)',
  },
  {
    name: 'init-env',
    value: 'NAME=VALUE',
    multiple: true,
    verbs: STARTING,
    repeat: 'name',
    help: 'a variable that the functions need to start; they get nothing of your environment',
  },
  {
    name: 'init-timeout',
    value: 'TIME',
    verbs: STARTING,
    default: '10 s',
    range: ['1 ms', '900 s', 'Lambda gives an init 10 s'],
    help: 'how long one start may take',
  },
  {
    name: 'init-pairs',
    value: 'N',
    verbs: STARTING,
    default: '20',
    range: ['20', '500', 'fewer prove nothing'],
    help: 'how many pairs of starts, base and head in random order, are timed',
  },
  {
    name: 'flame-graphs',
    value: 'DIR',
    input: null,
    verbs: ['check'],
    repeat: 'drop',
    help: 'write a flame graph (SVG) of the instructions before the first request, base against head, for each function that was started',
  },
  ...COLD_START.map((flag): Flag => ({ verbs: SAMPLING, repeat: 'drop', ...flag })),
];

/** What a flag does, with what happens without it. */
export function flagHelp({ help, default: value, otherwise, range }: Flag): string {
  const instead = value ?? otherwise;
  const within = range === undefined ? '' : `, from ${range[0]} to ${range[1]}`;
  return instead === undefined ? help : `${help}; default: ${instead}${within}`;
}

export function flagNamed(name: string): Flag {
  const flag = FLAGS.find((one) => one.name === name);
  if (flag === undefined) throw new RangeError(`there is no flag ${name}`);
  return flag;
}

/** The Action's input for a flag; `null` where it has none. */
export function inputOf({ name, input }: Flag): string | null {
  return input === undefined ? name : input;
}

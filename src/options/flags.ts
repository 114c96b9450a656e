import { DEFAULT_LIMITS } from '../core/judge/limits.ts';
import { READY_NAMES } from '../init/events/ready-events.ts';
import { COLD_START_FLAGS } from './cold-start-flags.ts';
import type { Flag, Verb } from './flag.ts';

const BUILDING: readonly Verb[] = ['check', 'measure', 'advise', 'bisect', 'log'];
const JUDGING: readonly Verb[] = ['check', 'compare'];
/** What goes to AWS. */
const SAMPLING: readonly Verb[] = ['check'];
/** What starts functions on this machine. */
/** Where pairs of starts are timed, base beside head. */
const PAIRING: readonly Verb[] = ['check', 'measure', 'compare'];
const STARTING: readonly Verb[] = [...PAIRING, 'advise', 'bisect', 'log'];
const REPORTING: readonly Verb[] = ['check', 'compare', 'demo'];
const HISTORY: readonly Verb[] = ['history'];

/** Beside the tools the rights. */
const AWS: Flag = {
  name: 'aws',
  value: null,
  verbs: ['doctor'],
  input: null,
  help: 'try on AWS which of the rights that cold starts need are there: a throwaway function is created, changed, invoked and deleted',
};

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
  {
    name: 'run',
    value: 'ID',
    input: null,
    verbs: ['sweep'],
    repeat: 'drop',
    help: 'what this one run has left, at once and not only once it expired; the ID is what the run itself named, and the tag coldgate:run',
  },
  { name: 'gate', value: 'fail|warn', verbs: JUDGING, default: 'fail', help: 'what a breach does: exit 1 (fail) or only say so (warn)' },
  {
    name: 'output',
    short: 'o',
    input: null,
    value: 'DIR',
    verbs: ['measure', 'advise'],
    help: 'where to write snapshot.json, packages/ and twins/; of advise the patches and advice.json (schema/advice.schema.json)',
    helpOf: {
      measure: 'where to write snapshot.json, packages/ and twins/',
      advise: 'where to write the patches and advice.json (schema/advice.schema.json)',
    },
  },
  {
    name: 'json',
    value: 'FILE',
    input: null,
    verbs: [...REPORTING, 'history', 'bisect', 'log'],
    repeat: 'drop',
    help: 'write the whole comparison as JSON (schema/check.schema.json, of history schema/history-report.schema.json; of bisect schema/bisection.schema.json; of log a line of the history for each function and commit, schema/history.schema.json); - for standard output',
    helpOf: {
      check: 'write the whole comparison as JSON (schema/check.schema.json); - for standard output',
      compare: 'write the whole comparison as JSON (schema/check.schema.json); - for standard output',
      demo: 'write the whole comparison as JSON (schema/check.schema.json); - for standard output',
      history: 'write the history as JSON (schema/history-report.schema.json); - for standard output',
      bisect: 'write what was found as JSON (schema/bisection.schema.json); - for standard output',
      log: 'write a line of the history for each function and commit (schema/history.schema.json); - for standard output',
    },
  },
  {
    name: 'markdown',
    value: 'FILE',
    input: null,
    verbs: REPORTING,
    repeat: 'drop',
    help: 'write the report as Markdown; - for standard output',
  },
  {
    name: 'html',
    value: 'FILE',
    input: null,
    verbs: [...REPORTING, 'history'],
    repeat: 'drop',
    help: 'write one page that needs no network: what is in the package as boxes by crate, module and function, base against head, with every table, init as a flame graph and the samples; of history its charts; - for standard output',
    helpOf: {
      check:
        'write one page that needs no network: what is in the package as boxes by crate, module and function, base against head, with every table, init as a flame graph and the samples; - for standard output',
      compare:
        'write one page that needs no network: what is in the package as boxes by crate, module and function, base against head, with every table, init as a flame graph and the samples; - for standard output',
      demo: 'write one page that needs no network: what is in the package as boxes by crate, module and function, base against head, with every table, init as a flame graph and the samples; - for standard output',
      history: 'write one page that needs no network, with a chart of each figure; - for standard output',
    },
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
    help: 'passed on to cargo lambda build, such as --compiler=cargo: on a command line --build-arg=--compiler=cargo',
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
    help: 'how long one start may take, and as long again its first response',
  },
  {
    name: 'init-event',
    value: 'EVENT',
    multiple: true,
    verbs: STARTING,
    otherwise: 'what [package.metadata.coldgate] says, else none: init alone is measured',
    help: `what each function is handed when its init has ended, to measure its first response: ${READY_NAMES.join(', ')}, JSON, or a file that holds it; http 8080 /healthz for one that speaks HTTP itself behind Lambda's Web Adapter (its port, the path that says that it is ready, and another one for the first request); FUNCTION=EVENT for one function`,
  },
  {
    name: 'init-pairs',
    value: 'N',
    verbs: PAIRING,
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
  {
    name: 'history',
    value: 'DIR',
    input: null,
    verbs: HISTORY,
    otherwise: 'the branch coldgate-history of origin',
    repeat: 'drop',
    help: 'the folder that holds the history',
  },
  {
    name: 'function',
    value: 'NAME',
    multiple: true,
    input: null,
    verbs: [...HISTORY, 'advise', 'bisect', 'log'],
    repeat: 'drop',
    help: 'this function alone; advise, bisect and log take one, and advise and bisect need it where there are several',
    helpOf: {
      history: 'this function alone',
      advise: 'this function alone; needed where there are several',
      bisect: 'this function alone; needed where there are several',
      log: 'this function alone',
    },
  },
  {
    name: 'good',
    value: 'REF',
    input: null,
    verbs: ['bisect'],
    repeat: 'drop',
    help: 'an older commit that is still small',
  },
  { name: 'bad', value: 'REF', input: null, verbs: ['bisect'], otherwise: 'HEAD', repeat: 'drop', help: 'a newer commit that has grown' },
  {
    name: 'all',
    value: null,
    input: null,
    verbs: ['bisect'],
    repeat: 'drop',
    help: 'find every commit that brought a twentieth of the growth or more, not one alone',
  },
  {
    name: 'walk',
    value: 'first-parent|merges|all',
    input: null,
    verbs: ['log'],
    default: 'first-parent',
    repeat: 'drop',
    help: 'which commits of the range: along first parents (what a default branch was), its merges alone, or all',
  },
  {
    name: 'newest',
    value: 'N',
    input: null,
    verbs: ['log'],
    otherwise: 'all of the range',
    repeat: 'drop',
    range: ['1', '20000', 'each may be a build'],
    help: 'the newest so many of them',
  },
  {
    name: 'budget',
    value: 'TIME',
    input: null,
    verbs: ['advise'],
    default: '20m',
    repeat: 'drop',
    help: 'how long (20m, 90s, 2h) remedies may be built and started; what is left untried is said',
  },
  {
    name: 'verify',
    value: 'CMD',
    input: null,
    verbs: ['advise'],
    repeat: 'drop',
    help: "run in the private checkout with each remedy taken, such as 'cargo test': remedies with which it fails are marked, and those that could lose a feature go into the patch of all together only where it passes",
  },
  {
    name: 'by',
    value: 'zip|binary|init.instructions',
    input: null,
    verbs: ['advise'],
    default: 'zip',
    repeat: 'drop',
    help: 'the figure by which remedies are put in order and taken together',
  },
  {
    name: 'metric',
    value: 'METRIC',
    input: null,
    verbs: [...HISTORY, 'bisect', 'log'],
    otherwise:
      'zip, init.instructions and cold-start.p50, as far as they were measured; of bisect zip, of log zip, binary and dependencies',
    repeat: 'drop',
    help: 'show this metric; of bisect and log a size, dependencies, crate:NAME or init.instructions, of log several with commas between',
    helpOf: {
      history: 'show this metric alone; default: zip, init.instructions and cold-start.p50, as far as they were measured',
      bisect: 'what grew: a size, dependencies, crate:NAME or init.instructions; default: zip',
      log: 'what to show, several with commas between: a size, dependencies, crate:NAME or init.instructions; default: zip, binary and dependencies',
    },
  },
  {
    name: 'badge',
    value: 'DIR',
    input: null,
    verbs: HISTORY,
    repeat: 'drop',
    help: "write a badge of each function's newest figures: FUNCTION.svg, and FUNCTION.json for shields.io",
  },
  { name: 'csv', value: 'FILE', input: null, verbs: HISTORY, repeat: 'drop', help: 'write every figure as CSV; - for standard output' },
  AWS,
  ...COLD_START_FLAGS.map((flag): Flag => ({ verbs: SAMPLING, repeat: 'drop', ...flag })),
];

/** What a flag does, with what happens without it. */
export function flagHelp({ help, default: value, otherwise, range }: Flag): string {
  const instead = value ?? otherwise;
  const within = range === undefined ? '' : `, from ${range[0]} to ${range[1]}`;
  return instead === undefined ? help : `${help}; default: ${instead}${within}`;
}

/** The help of the input that stands for a flag: a workflow shows no `NAME=VALUE` behind a name, so how it is written stands at the end. */
export function inputHelp(flag: Flag): string {
  const written = writtenAs(flag);
  return written === '' ? flagHelp(flag) : `${flagHelp(flag)} (${written})`;
}

function writtenAs({ value, multiple, help }: Flag): string {
  if (value === null) return 'true or false';
  const words = value.includes('|') ? value.split('|') : [];
  const shape = words.some((word) => !help.includes(word)) ? [words.join(' or ')] : value.includes('=') ? [value] : [];
  return [...shape, ...(multiple === true ? ['one per line'] : [])].join(', ');
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

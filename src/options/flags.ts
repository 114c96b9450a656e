// The one list of flags: the parser, `--help`, the README's table and action.yml come from it.
export type Verb = 'check' | 'measure' | 'compare' | 'doctor' | 'demo' | 'sweep';

export const VERBS: readonly Verb[] = ['check', 'measure', 'compare', 'doctor', 'demo', 'sweep'];

export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly value: string | null;
  readonly multiple: boolean;
  readonly verbs: readonly Verb[];
  /** The Action's input for it, where it has one: the same word, in the plural where it takes a line each. */
  readonly input?: string;
  readonly help: string;
}

const BUILDING: readonly Verb[] = ['check', 'measure'];
const JUDGING: readonly Verb[] = ['check', 'compare'];
/** What goes to AWS. */
const SAMPLING: readonly Verb[] = ['check'];
const REPORTING: readonly Verb[] = ['check', 'compare', 'demo'];

/** Every flag there is: the parser, `--help` and the README's table come from this list. */
export const FLAGS: readonly Flag[] = [
  {
    name: 'base',
    value: 'REF',
    multiple: false,
    verbs: ['check'],
    input: 'base',
    help: 'compare with this commit; default: the merge base with origin/HEAD, on that branch itself HEAD (dirty tree) or HEAD^1',
  },
  {
    name: 'limit',
    value: 'LIMIT',
    multiple: true,
    verbs: JUDGING,
    input: 'limits',
    help: "a limit such as 'zip: 5 MB', 'health/binary: +2% & +20 kB' or none; default: 'zip: +5% & +50 kB' and 'init.instructions: +10% & +500k'",
  },
  {
    name: 'gate',
    value: 'fail|warn',
    multiple: false,
    verbs: JUDGING,
    input: 'gate',
    help: 'what a breach does: exit 1 (fail, the default) or only say so (warn)',
  },
  {
    name: 'output',
    short: 'o',
    value: 'DIR',
    multiple: false,
    verbs: ['measure'],
    help: 'where to write snapshot.json, packages/ and twins/',
  },
  {
    name: 'json',
    value: 'FILE',
    multiple: false,
    verbs: REPORTING,
    help: 'write the whole comparison as JSON (schema/check.schema.json); - for standard output',
  },
  { name: 'markdown', value: 'FILE', multiple: false, verbs: REPORTING, help: 'write the report as Markdown; - for standard output' },
  {
    name: 'manifest-path',
    value: 'PATH',
    multiple: false,
    verbs: BUILDING,
    input: 'manifest-path',
    help: 'the Cargo.toml to build; default: the one in this folder',
  },
  {
    name: 'bin',
    value: 'NAME',
    multiple: true,
    verbs: BUILDING,
    input: 'bins',
    help: 'measure this binary; default: every binary of a package that depends on a Lambda crate',
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
  { name: 'workspace', value: null, multiple: false, verbs: BUILDING, input: 'workspace', help: 'build every package of the workspace' },
  { name: 'features', short: 'F', value: 'LIST', multiple: true, verbs: BUILDING, input: 'features', help: 'features to activate' },
  { name: 'all-features', value: null, multiple: false, verbs: BUILDING, input: 'all-features', help: 'activate all features' },
  {
    name: 'no-default-features',
    value: null,
    multiple: false,
    verbs: BUILDING,
    input: 'no-default-features',
    help: 'leave the default features off',
  },
  { name: 'profile', value: 'NAME', multiple: false, verbs: BUILDING, input: 'profile', help: 'the cargo profile; default: release' },
  {
    name: 'arch',
    value: 'x86_64|arm64',
    multiple: false,
    verbs: BUILDING,
    input: 'arch',
    help: 'the architecture; default: as cargo lambda chooses',
  },
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
    multiple: false,
    verbs: BUILDING,
    input: 'prepare',
    help: 'run in the private checkout before each build, to bring what git does not have ($COLDGATE_SOURCE is your tree)',
  },
  {
    name: 'init',
    value: 'local|off',
    multiple: false,
    verbs: BUILDING,
    input: 'init',
    help: 'start what was built on this machine and measure all that it does before its first request (local, the default), or do not (off)',
  },
  {
    name: 'init-env',
    value: 'NAME=VALUE',
    multiple: true,
    verbs: BUILDING,
    input: 'init-env',
    help: 'a variable that the functions need to start; they get nothing of your environment',
  },
  {
    name: 'init-timeout',
    value: 'TIME',
    multiple: false,
    verbs: BUILDING,
    input: 'init-timeout',
    help: 'how long one start may take; default: 10 s, as on Lambda',
  },
  {
    name: 'init-pairs',
    value: 'N',
    multiple: false,
    verbs: BUILDING,
    input: 'init-pairs',
    help: 'how many pairs of starts, base and head in random order, are timed; default: 20, from 20 to 500',
  },
  {
    name: 'flame-graphs',
    value: 'DIR',
    multiple: false,
    verbs: ['check'],
    help: 'write a flame graph (SVG) of the instructions before the first request, base against head, for each function that was started',
  },
  {
    name: 'cold-start',
    value: null,
    multiple: false,
    verbs: SAMPLING,
    input: 'cold-start',
    help: 'sample cold starts on AWS too: scratch functions of base and head, deleted afterwards (see docs/cold-starts.md)',
  },
  {
    name: 'cold-start-role',
    value: 'ARN',
    multiple: false,
    verbs: SAMPLING,
    input: 'cold-start-role',
    help: 'the execution role of the scratch functions',
  },
  {
    name: 'cold-start-memory',
    value: 'MB',
    multiple: true,
    verbs: SAMPLING,
    input: 'cold-start-memory',
    help: 'a memory size to sample; the smallest is judged, several make a table; default: 128',
  },
  {
    name: 'cold-start-samples',
    value: 'LIST',
    multiple: false,
    verbs: SAMPLING,
    input: 'cold-start-samples',
    help: 'after how many pairs the samples are looked at; default: 20,40,60; sampling stops when a look decides',
  },
  {
    name: 'cold-start-event',
    value: 'JSON',
    multiple: false,
    verbs: SAMPLING,
    input: 'cold-start-event',
    help: 'the event that the functions are invoked with; default: {}',
  },
  {
    name: 'cold-start-env',
    value: 'NAME=VALUE',
    multiple: true,
    verbs: SAMPLING,
    input: 'cold-start-env',
    help: 'a variable of the scratch functions',
  },
  {
    name: 'cold-start-timeout',
    value: 'TIME',
    multiple: false,
    verbs: SAMPLING,
    input: 'cold-start-timeout',
    help: "the scratch functions' timeout, in whole seconds; default: 15 s",
  },
  {
    name: 'cold-start-layer',
    value: 'ARN',
    multiple: true,
    verbs: SAMPLING,
    input: 'cold-start-layers',
    help: 'a layer version of the scratch functions',
  },
  {
    name: 'cold-start-log-group',
    value: 'NAME',
    multiple: false,
    verbs: SAMPLING,
    input: 'cold-start-log-group',
    help: 'the one log group that all scratch functions write to; default: /coldgate/scratch',
  },
  {
    name: 'cold-start-bucket',
    value: 'NAME',
    multiple: false,
    verbs: SAMPLING,
    input: 'cold-start-bucket',
    help: 'an S3 bucket that packages above 50 MB go through, the limit of direct upload; without one they are refused',
  },
  {
    name: 'cold-start-prefix',
    value: 'PREFIX',
    multiple: false,
    verbs: ['check', 'sweep'],
    input: 'cold-start-prefix',
    help: 'what the names of scratch functions begin with; default: coldgate-',
  },
  {
    name: 'cold-start-cap',
    value: 'TIME',
    multiple: false,
    verbs: SAMPLING,
    input: 'cold-start-cap',
    help: 'when no more pairs are begun; default: 900 s',
  },
];

/** A word after `coldgate`. */
export const VERBS = [
  { name: 'check', arguments: '[flags]', help: 'build and compare this tree with its base, judge it by the limits' },
  { name: 'measure', arguments: '-o DIR [flags]', help: 'measure this commit only: snapshot.json, packages, twins' },
  { name: 'compare', arguments: 'BASE HEAD [flags]', help: 'two snapshots, no build: start both, compare, judge, print' },
  {
    name: 'history',
    arguments: '[add FILE…] [flags]',
    help: 'what commits measured, as table, trend and files; add keeps snapshots',
  },
  {
    name: 'advise',
    arguments: '[flags]',
    help: 'build what may make a function smaller or faster to start, and say what each really saves, as patches',
  },
  {
    name: 'bisect',
    arguments: '--good REF [flags]',
    help: 'find the commit that brought the growth, inside a merge too, and how much of it that commit explains',
  },
  { name: 'log', arguments: 'RANGE [flags]', help: 'measure each commit of a range: a table, and lines of a history' },
  {
    name: 'doctor',
    arguments: '[flags]',
    help: 'which tools are there, which are missing, and what installs them',
  },
  { name: 'demo', arguments: '[flags]', help: 'the main job on the bundled example, built for real at two commits' },
  {
    name: 'sweep',
    arguments: '[flags]',
    help: 'delete scratch functions on AWS whose run was killed: all that expired, or with --run those of one run at once',
  },
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
  /** What `coldgate COMMAND --help` says in its place, of a command that means something else by it. */
  readonly helpOf?: Partial<Readonly<Record<Verb, string>>>;
}

import { parseArgs } from 'node:util';
import { UsageError } from './core/failures.ts';
import { parseLimits } from './core/limits.ts';
import type { Judging } from './core/outcome.ts';
import type { Sources } from './workshop.ts';

export type Verb = 'check' | 'measure' | 'compare' | 'doctor' | 'demo';

interface Flag {
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
    help: "a limit such as 'zip: 5 MB', 'health/binary: +2% & +20 kB' or none; default: 'zip: +5% & +50 kB'",
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
];

export interface ReportFiles {
  readonly json: string | null;
  readonly markdown: string | null;
}

export type Command =
  | { readonly verb: 'help'; readonly of: Verb | null }
  | { readonly verb: 'version' }
  | { readonly verb: 'doctor' }
  | { readonly verb: 'demo'; readonly reports: ReportFiles }
  | { readonly verb: 'measure'; readonly sources: Sources; readonly output: string }
  | {
      readonly verb: 'check';
      readonly sources: Sources;
      readonly base: string | null;
      readonly judging: Judging;
      readonly reports: ReportFiles;
    }
  | { readonly verb: 'compare'; readonly base: string; readonly head: string; readonly judging: Judging; readonly reports: ReportFiles };

const VERBS: readonly Verb[] = ['check', 'measure', 'compare', 'doctor', 'demo'];

/** Reads the arguments after the program's name. Throws a UsageError that names the mistake and what is allowed. */
export function parseCommand(args: readonly string[]): Command {
  const [first, ...rest] = args;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help')
    return { verb: 'help', of: isVerb(rest[0]) ? rest[0] : null };
  if (first === '--version' || first === '-V') return { verb: 'version' };
  if (!isVerb(first)) throw new UsageError(`no command ${JSON.stringify(first)}; there are: ${VERBS.join(', ')} (coldgate --help)`);
  if (rest.includes('--help') || rest.includes('-h')) return { verb: 'help', of: first };
  const given = parseFlags(first, rest);
  switch (first) {
    case 'doctor':
      return { verb: 'doctor' };
    case 'demo':
      return { verb: 'demo', reports: reportFiles(given) };
    case 'measure': {
      const output = given.one('output');
      if (output === null) throw new UsageError('measure needs -o DIR: where to write snapshot.json, packages/ and twins/');
      return { verb: 'measure', sources: sources(given), output };
    }
    case 'check':
      return { verb: 'check', sources: sources(given), base: given.one('base'), judging: judging(given), reports: reportFiles(given) };
    case 'compare': {
      const [base, head, ...more] = given.positionals;
      if (base === undefined || head === undefined || more.length > 0)
        throw new UsageError('compare takes two snapshots: coldgate compare BASE HEAD (files or folders that `measure -o` wrote)');
      return { verb: 'compare', base, head, judging: judging(given), reports: reportFiles(given) };
    }
  }
}

interface Given {
  readonly one: (name: string) => string | null;
  readonly all: (name: string) => readonly string[];
  readonly on: (name: string) => boolean;
  readonly positionals: readonly string[];
}

function parseFlags(verb: Verb, args: readonly string[]): Given {
  const flags = FLAGS.filter(({ verbs }) => verbs.includes(verb));
  const options = Object.fromEntries(
    flags.map(({ name, short, value }) => [
      name,
      { type: value === null ? ('boolean' as const) : ('string' as const), multiple: true, ...(short === undefined ? {} : { short }) },
    ]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, strict: true, allowPositionals: verb === 'compare' });
  } catch (cause) {
    const known = flags.map(({ name }) => `--${name}`).join(' ');
    throw new UsageError(`${verb}: ${cause instanceof Error ? cause.message : cause}; its flags: ${known === '' ? 'none' : known}`, {
      cause,
    });
  }
  const all = (name: string): readonly string[] => {
    const value = parsed.values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  };
  for (const { name, multiple, value } of flags) {
    if (value !== null && !multiple && all(name).length > 1)
      throw new UsageError(`--${name} is given ${all(name).length} times; it takes one value`);
  }
  return { one: (name) => all(name)[0] ?? null, all, on: (name) => parsed.values[name] !== undefined, positionals: parsed.positionals };
}

function sources(given: Given): Sources {
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

function judging(given: Given): Judging {
  const gate = given.one('gate') ?? 'fail';
  if (gate !== 'fail' && gate !== 'warn') throw new UsageError(`--gate ${JSON.stringify(gate)}: allowed are fail and warn`);
  return { gate, limits: parseLimits(given.all('limit'), { kind: 'input' }, '--limit') };
}

function reportFiles(given: Given): ReportFiles {
  const files = { json: given.one('json'), markdown: given.one('markdown') };
  if (files.json === '-' && files.markdown === '-') throw new UsageError('--json - and --markdown -: standard output takes one report');
  return files;
}

function isVerb(text: string | undefined): text is Verb {
  return VERBS.some((verb) => verb === text);
}

const SUMMARIES: Readonly<Record<Verb, readonly [string, string]>> = {
  check: ['check [flags]', 'build and compare this tree with its base, judge it by the limits'],
  measure: ['measure -o DIR [flags]', 'measure this commit only: snapshot.json, packages, twins'],
  compare: ['compare BASE HEAD [flags]', 'two snapshots, no build: compare, judge, print'],
  doctor: ['doctor', 'which tools are there, which are missing, and what installs them'],
  demo: ['demo', 'the main job on the bundled example, built for real at two commits'],
};

/** The text of `--help`, 80 columns wide. */
export function renderHelp(of: Verb | null): string {
  if (of === null) {
    const verbs = VERBS.map((verb) => `  ${SUMMARIES[verb][0].padEnd(26)} ${wrap(SUMMARIES[verb][1], 29)}`);
    return [
      'coldgate: keeps Rust AWS Lambda functions small and fast to start',
      '',
      ...verbs,
      '',
      'coldgate COMMAND --help lists its flags.',
      'Exit codes: 0 pass, 1 a limit is breached, 2 usage, 3 a tool or a build failed.',
      '',
    ].join('\n');
  }
  const flags = FLAGS.filter(({ verbs }) => verbs.includes(of)).map(({ name, short, value, help }) => {
    const left = `${short === undefined ? '' : `-${short}, `}--${name}${value === null ? '' : ` ${value}`}`;
    return `  ${left.padEnd(26)} ${wrap(help, 29)}`;
  });
  return [`coldgate ${SUMMARIES[of][0]}`, `  ${SUMMARIES[of][1]}`, ...(flags.length === 0 ? [] : ['', ...flags]), ''].join('\n');
}

function wrap(text: string, indent: number): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > 80 - indent) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

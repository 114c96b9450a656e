import { UsageError } from '../core/failures.ts';
import type { Judging } from '../core/outcome.ts';
import type { ColdStartChoice } from '../measure/cold-start.ts';
import type { Sources } from '../measure/context.ts';
import type { InitOptions } from '../measure/init.ts';
import { parseFlags } from './args.ts';
import { VERBS, type Verb } from './flags.ts';
import { coldStartChoice, DEFAULT_PREFIX, initOptions, judging, type ReportFiles, reportFiles, sources } from './groups.ts';

export type Command =
  | { readonly verb: 'help'; readonly of: Verb | null }
  | { readonly verb: 'version' }
  | { readonly verb: 'doctor' }
  | { readonly verb: 'sweep'; readonly prefix: string }
  | { readonly verb: 'demo'; readonly reports: ReportFiles }
  | { readonly verb: 'measure'; readonly sources: Sources; readonly init: InitOptions; readonly output: string }
  | {
      readonly verb: 'check';
      readonly sources: Sources;
      readonly base: string | null;
      readonly init: InitOptions;
      readonly coldStart: ColdStartChoice | null;
      readonly judging: Judging;
      readonly reports: ReportFiles;
      /** A folder for the flame graphs. */
      readonly flameGraphs: string | null;
    }
  | { readonly verb: 'compare'; readonly base: string; readonly head: string; readonly judging: Judging; readonly reports: ReportFiles };

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
    case 'sweep':
      return { verb: 'sweep', prefix: given.one('cold-start-prefix') ?? DEFAULT_PREFIX };
    case 'demo':
      return { verb: 'demo', reports: reportFiles(given) };
    case 'measure': {
      const output = given.one('output');
      if (output === null) throw new UsageError('measure needs -o DIR: where to write snapshot.json, packages/ and twins/');
      return { verb: 'measure', sources: sources(given), init: initOptions(given), output };
    }
    case 'check':
      return {
        verb: 'check',
        sources: sources(given),
        base: given.one('base'),
        init: initOptions(given),
        coldStart: coldStartChoice(given),
        judging: judging(given),
        reports: reportFiles(given),
        flameGraphs: given.one('flame-graphs'),
      };
    case 'compare': {
      const [base, head, ...more] = given.positionals;
      if (base === undefined || head === undefined || more.length > 0)
        throw new UsageError('compare takes two snapshots: coldgate compare BASE HEAD (files or folders that `measure -o` wrote)');
      return { verb: 'compare', base, head, judging: judging(given), reports: reportFiles(given) };
    }
  }
}

function isVerb(text: string | undefined): text is Verb {
  return VERBS.some((verb) => verb === text);
}

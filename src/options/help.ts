import { wrapped } from '../core/text.ts';
import { VERBS, type Verb } from './flag.ts';
import { FLAGS, flagHelp } from './flags.ts';

const COLUMNS = 80;
const INDENT = 31;

const EXIT_CODES =
  'Exit codes: 0 pass, 1 a limit is breached, 2 usage, 3 a tool or a build failed, 130 cancelled with Ctrl-C, 143 ended by TERM.';
const WITHOUT_LAMBDA =
  'Measured is every binary of a package that depends on lambda_runtime, lambda_http or lambda-extension. Where none does, every binary is, with a note.';

/** The text of `--help`, 80 columns wide. */
export function renderHelp(of: Verb | null): string {
  const verb = VERBS.find(({ name }) => name === of);
  if (verb === undefined) {
    return [
      'coldgate: keeps Rust AWS Lambda functions small and fast to start',
      '',
      ...VERBS.map((one) => row(`${one.name} ${one.arguments}`, one.help)),
      '',
      'coldgate COMMAND --help lists its flags.',
      ...wrapped(EXIT_CODES, COLUMNS),
      '',
      ...wrapped(WITHOUT_LAMBDA, COLUMNS),
      '',
    ].join('\n');
  }
  const flags = FLAGS.filter(({ verbs }) => verbs.includes(verb.name)).map((flag) => {
    return row(flagUsage(flag), flag.helpOf?.[verb.name] ?? flagHelp(flag));
  });
  return [
    `coldgate ${verb.name} ${verb.arguments}`.trimEnd(),
    ...wrapped(verb.help, COLUMNS - 2).map((line) => `  ${line}`),
    ...(flags.length === 0 ? [] : ['', ...flags]),
    '',
  ].join('\n');
}

/** `-p, --package NAME`. */
export function flagUsage({ name, short, value }: (typeof FLAGS)[number]): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === null ? '' : ` ${value}`}`;
}

/** What is too long for its column has a line of its own. */
function row(left: string, help: string): string {
  const below = `\n${' '.repeat(INDENT)}`;
  const gap = left.length > INDENT - 3 ? below : `${' '.repeat(INDENT - 2 - left.length)}`;
  return `  ${left}${gap}${wrapped(help, COLUMNS - INDENT).join(below)}`;
}

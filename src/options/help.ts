import { FLAGS, VERBS, type Verb } from './flags.ts';

const SUMMARIES: Readonly<Record<Verb, readonly [string, string]>> = {
  check: ['check [flags]', 'build and compare this tree with its base, judge it by the limits'],
  measure: ['measure -o DIR [flags]', 'measure this commit only: snapshot.json, packages, twins'],
  compare: ['compare BASE HEAD [flags]', 'two snapshots, no build: compare, judge, print'],
  doctor: ['doctor', 'which tools are there, which are missing, and what installs them'],
  demo: ['demo', 'the main job on the bundled example, built for real at two commits'],
  sweep: ['sweep [flags]', 'delete scratch functions on AWS whose run was killed, once they expired'],
};

/** The text of `--help`, 80 columns wide. */
export function renderHelp(of: Verb | null): string {
  if (of === null) {
    const verbs = VERBS.map((verb) => `  ${SUMMARIES[verb][0].padEnd(28)} ${wrap(SUMMARIES[verb][1], 31)}`);
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
    return `  ${left.padEnd(28)} ${wrap(help, 31)}`;
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

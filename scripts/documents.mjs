// Writes action.yml and the README's tables from the code's own lists (a test holds them equal).
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The lists of src/, and the texts that are made of them: `{ [file]: text }`. */
export async function documents() {
  const outfile = `${root}/node_modules/.documents.mjs`;
  const contents =
    "export { FLAGS, flagHelp } from './src/options/flags.ts'; export { CRATE_METRICS, METRIC_NAMES, METRICS } from './src/core/metrics.ts'; export { INPUTS, OUTPUTS } from './src/options/inputs.ts'; export { flagUsage } from './src/options/help.ts'; export { renderTrustTable } from './src/github/trust.ts';";
  const banner = { js: "import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);" };
  await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
    banner,
  });
  const { CRATE_METRICS, METRIC_NAMES, METRICS, FLAGS, flagHelp, flagUsage, INPUTS, OUTPUTS, renderTrustTable } = await import(
    `${pathToFileURL(outfile).href}?${Date.now()}`
  );
  await rm(outfile);

  const cell = (text) => text.replaceAll('|', '\\|');
  const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const tables = {
    flags: table(
      ['flag', 'of', 'what it does'],
      FLAGS.map((flag) => [`\`${cell(flagUsage(flag))}\``, flag.verbs.join(', '), cell(flagHelp(flag))]),
    ),
    inputs: table(
      ['input', 'default', 'what it does'],
      INPUTS.filter(({ hidden }) => hidden !== true).map(({ name, default: value, help }) => [
        `\`${name}\``,
        value === '' ? '' : `\`${value}\``,
        cell(help),
      ]),
    ),
    metrics: table(
      ['metric', 'in tables', 'what it is', 'unit'],
      METRIC_NAMES.map((name) => {
        const crates = CRATE_METRICS.find((row) => row.name === name);
        if (crates !== undefined) return [`\`${name}\``, '', cell(crates.help), 'bytes'];
        const { word, help, unit } = METRICS.find((row) => row.name === name);
        return [`\`${name}\``, word, cell(help), unit];
      }),
    ),
    outputs: table(
      ['output', 'what it holds'],
      [
        ...OUTPUTS.filter(({ metric }) => metric === undefined).map(({ name, help }) => [`\`${name}\``, cell(help)]),
        ...METRICS.map(({ name, help, unit }) => [
          ['base', 'head', 'delta'].map((side) => `\`${name.replaceAll('.', '-')}-${side}\``).join(', '),
          `of that function: ${cell(help)} (${unit})`,
        ]),
      ],
    ),
  };
  let readme = await readFile(`${root}/README.md`, 'utf8');
  for (const [name, text] of Object.entries(tables)) {
    const [before, , after] = readme.split(`<!-- ${name} -->`);
    if (after === undefined) throw new Error(`README.md has no pair of <!-- ${name} --> marks`);
    readme = `${before}<!-- ${name} -->\n${text}\n<!-- ${name} -->${after}`;
  }
  const [beforeTrust, , afterTrust] = (await readFile(`${root}/docs/trust.md`, 'utf8')).split('<!-- table -->');
  const quote = (text) => `'${text.replaceAll("'", "''")}'`;
  const action = [
    'name: coldgate',
    'description: Gates pull requests of Rust AWS Lambda projects on package size and init',
    'author: the coldgate authors',
    'branding:',
    '  icon: thermometer',
    '  color: blue',
    '# Written by npm run documents, from src/options/inputs.ts.',
    'inputs:',
    ...INPUTS.flatMap(({ name, default: value, help }) => [
      `  ${name}:`,
      `    description: ${quote(help)}`,
      '    required: false',
      `    default: ${quote(value)}`,
    ]),
    'outputs:',
    ...OUTPUTS.flatMap(({ name, help }) => [`  ${name}:`, `    description: ${quote(help)}`]),
    'runs:',
    '  using: node24',
    '  main: dist/action.js',
    '  post: dist/action.js',
    '',
  ].join('\n');
  return {
    'README.md': readme,
    'docs/trust.md': `${beforeTrust}<!-- table -->\n${renderTrustTable().trim()}\n<!-- table -->${afterTrust}`,
    'action.yml': action,
  };
}

const files = await documents();
const stale = [];
for (const [name, text] of Object.entries(files)) {
  if ((await readFile(`${root}/${name}`, 'utf8').catch(() => '')) === text) continue;
  stale.push(name);
  if (!process.argv.includes('--check')) await writeFile(`${root}/${name}`, text);
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`${stale.join(', ')} differ from what the code says: run npm run documents and commit them`);
  process.exitCode = 1;
}

// Writes the README's table of flags from the parser's own list (a test holds them equal).
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = `${root}/node_modules/.readme-options.mjs`;
await build({ absWorkingDir: root, entryPoints: ['src/options.ts'], outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'warning' });
const { FLAGS } = await import(pathToFileURL(outfile).href);
await rm(outfile);
const rows = FLAGS.map(({ name, short, value, verbs, help }) => {
  const flag = `${short === undefined ? '' : `-${short}, `}--${name}${value === null ? '' : ` ${value}`}`;
  return `| \`${flag.replaceAll('|', '\\|')}\` | ${verbs.join(', ')} | ${help.replaceAll('|', '\\|')} |`;
});
const table = ['| flag | of | what it does |', '| --- | --- | --- |', ...rows].join('\n');
const [before, , after] = (await readFile(`${root}/README.md`, 'utf8')).split('<!-- flags -->');
await writeFile(`${root}/README.md`, `${before}<!-- flags -->\n${table}\n<!-- flags -->${after}`);

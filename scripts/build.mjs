// Bundles src/ into dist/ (ESM, code-split, no node_modules needed) and writes the JSON Schemas. `--check` compares instead of writing.
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleBrowser, PAGES } from './browser.ts';
import { hashOfInputs, INPUTS_HASH } from './built.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
// Bundled CommonJS packages call require; the name must not meet one of theirs.
const banner = "import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);";

async function bundle(outdir) {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli.ts', 'src/action.ts'],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    chunkNames: '[name]-[hash]',
    banner: { js: banner },
    logLevel: 'warning',
  });
  for (const script of ['rustc-wrapper.sh', 'linker.sh']) {
    await cp(join(root, 'src/cargo', script), join(outdir, script));
    await chmod(join(outdir, script), 0o755);
  }
  await cp(join(root, 'src/measure/viewer'), join(outdir, 'viewer'), { recursive: true });
  await mkdir(join(outdir, 'browser'));
  for (const name of PAGES) {
    const { script, style } = await bundleBrowser(root, name);
    await writeFile(join(outdir, 'browser', `${name}.js`), script);
    await writeFile(join(outdir, 'browser', `${name}.css`), style);
  }
  await chmod(join(outdir, 'cli.js'), 0o755);
}

/** Where each schema comes from: the same definition as its parser or report. */
const SCHEMAS = {
  'snapshot.schema.json': ['snapshotJsonSchema', './src/core/snapshot/snapshot.ts'],
  'check.schema.json': ['checkJsonSchema', './src/report/json/schema.ts'],
  'history.schema.json': ['historyJsonSchema', './src/core/history/line.ts'],
  'history-report.schema.json': ['historyReportJsonSchema', './src/report/json/history.ts'],
  'advice.schema.json': ['adviceJsonSchema', './src/report/json/advice.ts'],
  'bisection.schema.json': ['bisectionJsonSchema', './src/report/json/bisection.ts'],
};

async function schemas(outdir) {
  const script = join(outdir, 'schemas.mjs');
  const made = Object.entries(SCHEMAS);
  await build({
    absWorkingDir: root,
    stdin: { contents: made.map(([, [name, from]]) => `export { ${name} } from '${from}';`).join('\n'), resolveDir: root, loader: 'ts' },
    outfile: script,
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: { js: banner },
    logLevel: 'warning',
  });
  const definitions = await import(pathToFileURL(script).href);
  await rm(script);
  return Object.fromEntries(made.map(([file, [name]]) => [file, definitions[name]()]));
}

async function produce(into) {
  const hash = hashOfInputs(root);
  await rm(join(into, 'dist'), { recursive: true, force: true });
  await bundle(join(into, 'dist'));
  for (const [name, schema] of Object.entries(await schemas(into)))
    await writeFile(join(into, 'schema', name), `${JSON.stringify(schema, null, 2)}\n`);
  // Last: where a build was stopped, it is not there.
  await writeFile(join(into, 'dist', INPUTS_HASH), `${hash}\n`);
}

async function contentsOf(folder) {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const names = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])));
}

if (process.argv.includes('--check')) {
  const fresh = await mkdtemp(join(tmpdir(), 'coldgate-build-'));
  try {
    await cp(join(root, 'schema'), join(fresh, 'schema'), { recursive: true });
    await produce(fresh);
    for (const folder of ['dist', 'schema']) {
      const [committed, built] = [await contentsOf(join(root, folder)), await contentsOf(join(fresh, folder))];
      const differing = [...new Set([...Object.keys(committed), ...Object.keys(built)])].filter((name) => committed[name] !== built[name]);
      if (differing.length > 0) {
        console.error(`${folder}/ is not what src/ builds (${differing.join(', ')}): run npm run build and commit it`);
        process.exitCode = 1;
      }
    }
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
} else {
  await produce(root);
}

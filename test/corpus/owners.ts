// `npm run owners -- ring zstd …`: measures shapes of the corpus, or any folder of a project, and holds the owners of their bytes against nm, readelf, the archives and cargo bloat.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { linkOf } from '../../src/cargo/twin.ts';
import { parseSnapshot } from '../../src/core/snapshot/snapshot.ts';
import { inspectPackage } from '../../src/inspect/package.ts';
import { Home } from '../e2e/coldgate.ts';
import { Project } from '../e2e/project.ts';
import { bytesOf, framesByReadelf, functionsByNm, sumsOf } from '../inspect/owners/real-owners.ts';
import { filesOf, SHAPES } from './shapes.ts';

const execute = promisify(execFile);
const HEADER =
  '| shape | binary | owners | ZIP entry | owners | one crate | one or several by name | `nm -S`: functions | owners: code without padding | `readelf`: frames | owners: `.eh_frame` | archives’ own `nm` | owners: C | cargo bloat: crates that differ |\n| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |';

const wanted = process.argv.slice(2);
process.stdout.write(`${HEADER}\n`);
for (const name of wanted) {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-owners-'));
  await using home = await Home.create();
  const shape = SHAPES.find((one) => one.name === name);
  await using project = await Project.create(shape === undefined ? {} : await filesOf(shape));
  if (shape === undefined) {
    await cp(name, project.path, { recursive: true });
    await project.commit({}, name);
  }
  const output = join(folder, 'out');
  const started = performance.now();
  const ended = await home.run(project.path, ['measure', '-o', output]);
  if (ended.code !== 0) throw new Error(ended.stderr);
  process.stderr.write(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
  const deps = join(await home.repository(), 'target/x86_64-unknown-linux-gnu/release/deps');
  for (const fn of parseSnapshot(await readFile(join(output, 'snapshot.json'), 'utf8'), output).functions) {
    const { owners, attribution, binary, package: zip } = fn;
    if (owners.kind === 'none' || attribution.kind === 'none') throw new Error(JSON.stringify([owners, attribution]).slice(0, 500));
    const sums = sumsOf(fn);
    const path = join(output, zip.file);
    const { file } = await (await inspectPackage(path, path)).readBinary(binary.entry, join(folder, fn.name));
    const twin = join(output, fn.twin ?? '');
    const functions = await functionsByNm(twin);
    const frames = await framesByReadelf(file);
    const c = await archiveFunctions(
      linkOf(join(deps, await twinIn(deps, fn.name))),
      new Map(functions.map(({ name, size }) => [name, size])),
    );
    const bloat = new Map(attribution.crates.map(({ name, size }) => [name, Number(size)]));
    // Of a crate with C its own functions in Rust, whose names have a path.
    const inRust = (crate: string): number =>
      attribution.symbols.reduce((sum, one) => sum + (one.crate === crate && one.name.includes('::') ? one.size : 0), 0);
    const inC = owners.crates.filter(({ name }) => c.has(name)).reduce((sum, { name, code }) => sum + code - inRust(name), 0);
    const differing = owners.crates.filter(({ name, code }) => code !== (bloat.get(name) ?? 0) && !c.has(name)).map(({ name }) => name);
    const whole = [...owners.crates, ...owners.shared, ...owners.parts];
    const share = (rows: readonly Parameters<typeof bytesOf>[0][]): string =>
      `${((100 * rows.reduce((sum, row) => sum + bytesOf(row), 0)) / binary.size).toFixed(2)} %`;
    const padding = owners.parts.find(({ name }) => name === '[padding]')?.code ?? 0;
    const section = binary.sections.find(({ name }) => name === '.eh_frame')?.size ?? 0;
    const cells = [
      ...[
        sums.binary?.[1],
        sums.binary?.[0],
        sums.zip?.[1],
        sums.zip?.[0],
        share(owners.crates),
        share([...owners.crates, ...owners.shared]),
      ],
      ...[functions.reduce((sum, { size }) => sum + size, 0), whole.reduce((sum, { code }) => sum + code, 0) - padding],
      ...[frames.reduce((sum, { size }) => sum + size, 0), section, [...c.values()].reduce((sum, size) => sum + size, 0), inC],
      differing.length === 0 ? 'none' : differing.join(', '),
    ];
    process.stdout.write(
      `| ${fn.name} | ${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ')} |\n`,
    );
  }
  await rm(folder, { recursive: true, force: true });
}

async function twinIn(deps: string, name: string): Promise<string> {
  const stem = `${name.replaceAll('-', '_')}-`;
  return (await readdir(deps)).find((file) => file.startsWith(stem) && file.endsWith('.unstripped')) ?? '';
}

/** By crate, bytes of the functions that nm finds in its archive and that the binary has, with the size that they have there. */
async function archiveFunctions(link: string, linked: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const file of (await readdir(link)).filter((name) => name.endsWith('.rlib'))) {
    const crate = /^lib(.+)-[0-9a-f]+\.rlib$/.exec(file)?.[1] ?? file;
    const { stdout } = await execute('nm', ['-S', '--defined-only', join(link, file)], { maxBuffer: 1 << 28 });
    const names = new Set(stdout.split('\n').flatMap((line) => / [tTwW] (\S+)$/.exec(line)?.[1] ?? []));
    const bytes = [...names].reduce((sum, name) => sum + (/^(_ZN|_R)/.test(name) ? 0 : (linked.get(name) ?? 0)), 0);
    if (bytes > 0) found.set(crate, bytes);
  }
  return found;
}

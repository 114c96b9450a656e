import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, median, table, temporaryHome } from './run.mjs';

const RUNS = 21;

/** From process start to the first child process: a `git` that notes the time stands first on PATH. An empty script is the floor. */
export async function benchStart() {
  await using state = await temporaryHome();
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-bench-start-'));
  const stamp = join(folder, 'stamp');
  await writeFile(join(folder, 'git'), `#!/bin/sh\n[ -e ${stamp} ] || date +%s%N > ${stamp}\nexit 128\n`);
  await chmod(join(folder, 'git'), 0o755);
  await writeFile(join(folder, 'empty.mjs'), '');
  await writeFile(join(folder, 'Cargo.toml'), '');
  const once = (script, args) =>
    new Promise((resolve, reject) => {
      const started = BigInt(Date.now()) * 1_000_000n;
      const clock = performance.now();
      const child = spawn(process.execPath, [script, ...args], {
        cwd: folder,
        env: { ...process.env, COLDGATE_HOME: state.home, PATH: `${folder}:${process.env.PATH}` },
        stdio: 'ignore',
      });
      child.once('error', reject);
      child.once('close', async () => {
        const whole = performance.now() - clock;
        const noted = await readFile(stamp, 'utf8').catch(() => null);
        await rm(stamp, { force: true });
        resolve({ whole, first: noted === null ? null : Number(BigInt(noted.trim()) - started) / 1e6 });
      });
    });
  try {
    const figures = { empty: [], help: [], first: [] };
    for (let run = 0; run < RUNS; run++) {
      figures.empty.push((await once(join(folder, 'empty.mjs'), [])).whole);
      figures.help.push((await once(CLI, ['--help'])).whole);
      figures.first.push((await once(CLI, ['check'])).first);
    }
    console.log('## Start (milliseconds)\n');
    table(
      ['what', 'median', 'least', 'most'],
      [
        ['an empty script, whole process', figures.empty],
        ['`coldgate --help`, whole process', figures.help],
        ['`coldgate check`, process start → first child process', figures.first],
      ].map(([what, values]) => [what, ...[median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(0))]),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

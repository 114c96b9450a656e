import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, git, median, ROOT, table, temporaryHome, timed, toolPath } from './run.mjs';

const ROUNDS = 3;

/** What a check costs beside the build that a team runs anyway, on examples/health; base and head as in the demo. */
export async function benchBuild() {
  await using state = await temporaryHome();
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-bench-health-'));
  try {
    await git(folder, 'init', '--quiet', '--initial-branch=main');
    await cp(join(ROOT, 'examples/health'), folder, { recursive: true, filter: (path) => !path.includes('/target') });
    await git(folder, 'add', '--all');
    await git(folder, 'commit', '--quiet', '-m', 'base');
    await cp(join(ROOT, 'examples/regression'), folder, { recursive: true });
    await git(folder, 'add', '--all');
    await git(folder, 'commit', '--quiet', '-m', 'head');

    const coldgate = (...args) =>
      timed(process.execPath, [CLI, ...args, '--init=off'], { cwd: folder, env: { COLDGATE_HOME: state.home }, codes: [0, 1] });
    // Brings the tools where they are missing; nothing of it is counted.
    const { tools } = toolPath();
    const links = async () =>
      (await readdir(tools).catch(() => [])).filter((name) => name.startsWith('bin-')).map((name) => join(tools, name));
    if ((await links()).length === 0) await coldgate('measure', '-o', join(state.home, 'first'));
    const bin = await links();
    const own = async () => join(state.home, 'repositories', (await readdir(join(state.home, 'repositories')))[0]);
    const plainEnv = { PATH: `${bin.join(':')}:${process.env.PATH}`, CARGO_TARGET_DIR: join(folder, 'target') };
    const plain = () => timed('cargo', ['lambda', 'build', '--release', '--output-format', 'zip'], { cwd: folder, env: plainEnv });
    const bloat = () => timed('cargo', ['bloat', '--release', '-n', '0', '--message-format', 'json'], { cwd: folder, env: plainEnv });
    const clean = () => rm(join(folder, 'target'), { recursive: true, force: true });
    const forget = async (...what) => {
      if (!existsSync(join(state.home, 'repositories'))) return;
      for (const name of what) await rm(join(await own(), name), { recursive: true, force: true });
    };
    const forgetHead = async () => {
      const sha = await git(folder, 'rev-parse', 'HEAD');
      for (const name of await readdir(join(await own(), 'snapshots'))) if (name.startsWith(sha)) await forget(join('snapshots', name));
    };

    const figures = { a: [], b: [], c: [], d: [], e: [], aWarm: [], dWarm: [] };
    const naive = async () => {
      await clean();
      const parts = [];
      for (const commit of ['HEAD~1', 'main']) {
        await git(folder, 'checkout', '--quiet', commit);
        parts.push((await plain()).seconds, (await bloat()).seconds);
      }
      console.error(`naive: ${parts.map((seconds) => seconds.toFixed(1)).join(' + ')}`);
      return parts.reduce((sum, seconds) => sum + seconds, 0);
    };
    for (let round = 0; round < ROUNDS; round++) {
      await clean();
      figures.a.push((await plain()).seconds);
      await forget('target', 'snapshots');
      figures.b.push((await coldgate('measure', '-o', join(state.home, 'out'))).seconds);
      await forget('target', 'snapshots');
      figures.c.push((await coldgate('check', '--base', 'HEAD^1')).seconds);
      await forget('target');
      await forgetHead();
      figures.d.push((await coldgate('check', '--base', 'HEAD^1')).seconds);
      console.error(`round ${round + 1}: a ${figures.a.at(-1)} b ${figures.b.at(-1)} c ${figures.c.at(-1)} d ${figures.d.at(-1)}`);
      if (round === 0) figures.e.push(await naive());
    }
    // Dependencies compiled: a new commit that changes main.rs alone, in both target directories.
    const main = join(folder, 'src/main.rs');
    for (let round = 0; round < ROUNDS; round++) {
      await timed('sh', ['-c', `echo '#[used] static ROUND: [u8; ${round + 1}] = [7; ${round + 1}];' >> "$0"`, main], { cwd: folder });
      await git(folder, 'commit', '--quiet', '--all', '-m', `round ${round}`);
      figures.aWarm.push((await plain()).seconds);
      figures.dWarm.push((await coldgate('check', '--base', `HEAD~${round + 2}`)).seconds);
      console.error(`warm round ${round + 1}: a ${figures.aWarm.at(-1)} d ${figures.dWarm.at(-1)}`);
    }
    const m = Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, median(values)]));
    const row = (name, what, base) => [
      name,
      what,
      figures[name].map((value) => value.toFixed(1)).join(' · '),
      m[name].toFixed(1),
      base === undefined ? '' : `${name}/${base} = ${(m[name] / m[base]).toFixed(3)}`,
    ];
    console.log('## One check beside one build (seconds, wall)\n');
    table(
      ['', 'what', 'rounds', 'median', 'ratio'],
      [
        row('a', 'plain `cargo lambda build`, clean'),
        row('b', '`coldgate measure`, clean', 'a'),
        row('c', '`coldgate check`, base rebuilt, clean', 'a'),
        row('d', '`coldgate check`, base stored, clean', 'a'),
        row('e', 'the naive way: cargo lambda build and cargo bloat, both commits, clean', 'a'),
        row('aWarm', 'plain build, dependencies compiled'),
        row('dWarm', '`coldgate check`, base stored, dependencies compiled', 'aWarm'),
      ],
    );
    console.log(`c/e = ${(m.c / m.e).toFixed(3)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

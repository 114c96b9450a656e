import { appendFile, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, git, median, ROOT, table, temporaryHome, timed, toolPath } from './run.mjs';

const ROUNDS = 3;
const CHANGES = [
  ['documentation', 'README.md', '\nmore\n', 0],
  ['one function', 'functions/accept/src/main.rs', '\n#[used]\nstatic ROUND: [u8; SIZE] = [7; SIZE];\n', 1],
  ['a shared crate', 'crates/storage/src/lib.rs', '\n#[used]\nstatic ROUND: [u8; SIZE] = [7; SIZE];\n', 6],
  ['what all share', 'crates/model/src/lib.rs', '\n#[used]\nstatic ROUND: [u8; SIZE] = [7; SIZE];\n', 12],
];

/** What a check of the corpus' twelve functions costs by what changed, base stored or not, beside a plain build of head; dependencies compiled everywhere. */
export async function benchAffected() {
  await using state = await temporaryHome();
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-bench-twelve-'));
  try {
    await git(folder, 'init', '--quiet', '--initial-branch=main');
    await cp(join(ROOT, 'test/corpus/twelve'), folder, { recursive: true });
    await appendFile(join(folder, '.gitignore'), 'target/\n');
    await appendFile(join(folder, 'README.md'), '# twelve\n');
    await git(folder, 'add', '--all');
    await git(folder, 'commit', '--quiet', '-m', 'base');
    const { tools } = toolPath();
    const bin = (await readdir(tools)).filter((name) => name.startsWith('bin-')).map((name) => join(tools, name));
    const env = { PATH: `${bin.join(':')}:${process.env.PATH}`, CARGO_TARGET_DIR: join(folder, 'target') };
    const plain = async () =>
      (await timed('cargo', ['lambda', 'build', '--release', '--output-format', 'zip'], { cwd: folder, env })).seconds;
    const coldgate = async (...args) =>
      (await timed(process.execPath, [CLI, ...args, '--init=off'], { cwd: folder, env: { COLDGATE_HOME: state.home }, codes: [0, 1] }))
        .seconds;
    const measure = () => coldgate('measure', '-o', join(state.home, 'out'));
    const forget = async () => {
      const [own] = await readdir(join(state.home, 'repositories'));
      await rm(join(state.home, 'repositories', own, 'snapshots'), { recursive: true, force: true });
    };
    await mkdir(join(state.home, 'out'), { recursive: true });
    const clean = [await plain(), await measure()];
    console.error(`clean: plain ${clean[0].toFixed(1)} s, coldgate measure ${clean[1].toFixed(1)} s`);
    const rows = [];
    for (const [what, path, text, functions] of CHANGES) {
      const seconds = { plain: [], stored: [], absent: [] };
      for (let round = 1; round <= ROUNDS; round++) {
        await plain();
        await forget();
        await measure();
        await appendFile(join(folder, path), text.replaceAll('ROUND', `ROUND_${round}`).replaceAll('SIZE', String(round)));
        await git(folder, 'commit', '--quiet', '--all', '-m', `${what} ${round}`);
        seconds.plain.push(await plain());
        seconds.stored.push(await coldgate('check', '--base', 'HEAD^1'));
        await forget();
        seconds.absent.push(await coldgate('check', '--base', 'HEAD^1'));
        console.error(
          `${what} ${round}: ${Object.entries(seconds)
            .map(([name, values]) => `${name} ${values.at(-1).toFixed(1)}`)
            .join(', ')}`,
        );
      }
      const [head, stored, absent] = [seconds.plain, seconds.stored, seconds.absent].map(median);
      rows.push([what, String(functions), ...[head, stored, absent].map((value) => `${value.toFixed(1)} s`), (stored / head).toFixed(2)]);
    }
    table(['change', 'functions reached', 'plain build of head', 'check, base stored', 'check, base not stored', 'stored / plain'], rows);
    console.log(`From nothing: plain build ${clean[0].toFixed(1)} s, coldgate measure ${clean[1].toFixed(1)} s (one run each).\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

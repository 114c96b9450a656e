import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, git, median, ROOT, table, temporaryHome, timed } from './run.mjs';

const ROUNDS = 3;
const FUNCTIONS = 10;

/** What local init adds to a check, by the check's own clock: *health* with one line changed, and a workspace of ten tiny functions. */
export async function benchInit() {
  const health = await measured(
    async (folder) => {
      await cp(join(ROOT, 'examples/health'), folder, { recursive: true, filter: (path) => !path.includes('/target') });
    },
    async (folder) => {
      const main = join(folder, 'src/main.rs');
      await writeFile(main, (await readFile(main, 'utf8')).replace(/(fn main\(\)[^{]*\{\n)/, '$1    std::hint::black_box(0);\n'));
    },
  );
  const tiny = await measured(
    async (folder) => {
      const members = Array.from({ length: FUNCTIONS }, (_, place) => `f${place}`);
      await writeFile(
        join(folder, 'Cargo.toml'),
        `[workspace]\nresolver = "2"\nmembers = ${JSON.stringify(members)}\n\n[profile.release]\nstrip = true\n`,
      );
      for (const name of members) await writeTiny(folder, name, '');
    },
    async (folder) => {
      for (let place = 0; place < FUNCTIONS; place += 1) await writeTiny(folder, `f${place}`, 'std::hint::black_box(0);');
    },
  );
  console.log(`## What local init adds (${ROUNDS} rounds; seconds, by the check's own clock)\n`);
  table(
    ['what', 'rounds', 'median'],
    [
      [
        '*health*, one line changed, base stored (aim ≤ 15)',
        health.map((value) => value.toFixed(1)).join(' · '),
        median(health).toFixed(1),
      ],
      [
        `a workspace of ${FUNCTIONS} tiny functions, all changed: per function (aim ≤ 5)`,
        tiny.map((value) => (value / FUNCTIONS).toFixed(1)).join(' · '),
        (median(tiny) / FUNCTIONS).toFixed(1),
      ],
    ],
  );
}

async function measured(base, head) {
  await using state = await temporaryHome();
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-bench-init-'));
  try {
    await git(folder, 'init', '--quiet', '--initial-branch=main');
    await base(folder);
    await git(folder, 'add', '--all');
    await git(folder, 'commit', '--quiet', '-m', 'base');
    await head(folder);
    await git(folder, 'add', '--all');
    await git(folder, 'commit', '--quiet', '-m', 'head');
    const seconds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const report = join(state.home, 'report.json');
      const args = ['check', '--workspace', '--base', 'HEAD^1', '--limit', 'none', '--json', report];
      await timed(process.execPath, [CLI, ...args], { cwd: folder, env: { COLDGATE_HOME: state.home } });
      seconds.push(JSON.parse(await readFile(report, 'utf8')).timings.init / 1000);
    }
    return seconds;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A Lambda on `std` alone. */
async function writeTiny(folder, name, statement) {
  await mkdir(join(folder, name, 'src'), { recursive: true });
  await writeFile(join(folder, name, 'Cargo.toml'), `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n`);
  await writeFile(
    join(folder, name, 'src/main.rs'),
    `use std::io::{Read, Write};
fn main() {
    ${statement}
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").expect("AWS_LAMBDA_RUNTIME_API");
    let mut stream = std::net::TcpStream::connect(&api).expect("connect");
    write!(stream, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: {api}\\r\\n\\r\\n").expect("write");
    let _ = stream.read(&mut [0u8; 1024]);
}
`,
  );
}

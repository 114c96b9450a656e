import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { CLI, git, table, temporaryHome, timed } from './run.mjs';

const MB = 1_000_000;
const RANDOM = 50 * MB;
const ZEROES = 80 * MB;

/** Peak memory of coldgate's own process on a real package of 50 MB that unpacks to 130 MB: a binary with that much data in it. */
export async function benchMemory() {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-bench-memory-'));
  try {
    await mkdir(join(folder, 'src'));
    const data = createWriteStream(join(folder, 'src/data.bin'));
    for (let written = 0; written < RANDOM; written += MB) data.write(randomBytes(MB));
    for (let written = 0; written < ZEROES; written += MB) data.write(Buffer.alloc(MB));
    data.end();
    await finished(data);
    await writeFile(join(folder, 'Cargo.toml'), '[package]\nname = "large"\nversion = "0.1.0"\nedition = "2021"\n');
    await writeFile(
      join(folder, 'src/main.rs'),
      'static DATA: &[u8] = include_bytes!("data.bin");\nfn main() { println!("{}", DATA[std::env::args().count()]); }\n',
    );
    await git(folder, 'init', '--quiet');
    await git(folder, 'add', '--all');
    await git(folder, 'commit', '--quiet', '-m', 'large');
    const rows = [];
    for (const init of ['off', 'local']) {
      await using state = await temporaryHome();
      const out = join(state.home, 'out');
      const { peak, seconds } = await timed(process.execPath, [CLI, 'measure', `--init=${init}`, '-o', out], {
        cwd: folder,
        env: { COLDGATE_HOME: state.home },
      });
      const { functions, timings } = JSON.parse(await readFile(join(out, 'snapshot.json'), 'utf8'));
      const [{ package: zip, binary }] = functions;
      const sizes = [zip.size, binary.size].map((size) => `${(size / MB).toFixed(1)} MB`);
      rows.push([...sizes, init, `${peak.toFixed(0)} MB`, `${(timings.inspect / 1000).toFixed(1)} s of ${seconds.toFixed(1)} s`]);
    }
    console.log('## Peak memory\n');
    table(['package', 'unpacked', '`--init`', 'peak resident memory of the process', 'inspecting'], rows);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Guard } from '../../src/exec/group.ts';
import type { Environment } from '../../src/exec/run.ts';
import { attribute, type BloatAnswer } from '../../src/inspect/bloat.ts';
import { provideTools } from '../../src/tools/toolbox.ts';
import { unseen } from '../doubles/progress.ts';
import { manifest } from '../e2e/project.ts';
import { defaultHome } from '../rust.ts';

const guard: Guard = { signal: new AbortController().signal, adopt: async () => async () => undefined };

/** What the real cargo bloat says of `binary`, as the only binary of a package `name` without dependencies, which it makes in `folder`. */
export async function bloatOf(folder: string, name: string, binary: string): Promise<BloatAnswer> {
  const env: Environment = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const tools = await provideTools({ home: defaultHome(), env, signal: guard.signal, progress: unseen() });
  await mkdir(join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'Cargo.toml'), manifest(name));
  await writeFile(join(folder, 'src/main.rs'), 'fn main() {}\n');
  const line = JSON.stringify({
    reason: 'compiler-artifact',
    package_id: `path+file://${folder}#${name}@0.1.0`,
    manifest_path: join(folder, 'Cargo.toml'),
    target: { kind: ['bin'], crate_types: ['bin'], name, src_path: join(folder, 'src/main.rs'), edition: '2021' },
    profile: { opt_level: '3', debug_assertions: false, overflow_checks: false, test: false },
    features: [],
    filenames: [binary],
    executable: binary,
    fresh: false,
  });
  const bloat = {
    ...{ program: tools.cargoBloat.path, cargo: tools.cargo, folder, env, scratch: folder, guard },
    ...{ profile: 'release', triple: 'x86_64-unknown-linux-gnu', messages: [{ line, executable: binary, crate: name, package: name }] },
  };
  return attribute(bloat, { binary: name, crate: name }, binary);
}

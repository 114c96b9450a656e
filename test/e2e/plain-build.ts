import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import AdmZip from 'adm-zip';
import { provideTools, type Toolbox } from '../../src/tools/toolbox.ts';
import { unseen } from '../doubles/progress.ts';
import { CARGO } from '../rust.ts';
import type { Home } from './coldgate.ts';

const execute = promisify(execFile);

/** `cargo lambda build` as a team runs it: in coldgate's checkout with its target directory and tools, without its wrapper. */
interface PlainBuild {
  readonly target: string;
  readonly tools: Toolbox;
  readonly env: Readonly<Record<string, string>>;
  /** Empties the target directory. */
  readonly empty: () => Promise<void>;
  /** `arguments` come on top of `--release --output-format zip`. */
  readonly build: (...args: readonly string[]) => Promise<{ readonly stdout: string; readonly stderr: string }>;
  /** The packed binary of a function, below the target directory's `lambda`. */
  readonly binary: (...path: readonly string[]) => Promise<Buffer>;
  /** One entry of a package there. */
  readonly packed: (path: readonly string[], entry: string) => Promise<Buffer>;
}

/** `folder` is the manifest's, from the repository's top. */
export async function plainBuild(home: Home, folder: string, more: Readonly<Record<string, string>> = {}): Promise<PlainBuild> {
  const repository = await home.repository();
  const target = join(repository, 'target');
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const clean = Object.fromEntries(inherited.filter(([name]) => !/^(RUSTFLAGS|RUSTC_WRAPPER|CARGO_TARGET_DIR|GITHUB_)/.test(name)));
  const tools = await provideTools({ home: home.path, env: clean, signal: new AbortController().signal, progress: unseen() });
  const env = { ...clean, ...more, ...tools.variables, CARGO_TARGET_DIR: target, PATH: `${tools.binDirectory}:${clean.PATH ?? ''}` };
  const packed = async (path: readonly string[], entry: string): Promise<Buffer> =>
    unpack(await readFile(join(target, 'lambda', ...path)), entry);
  return {
    target,
    tools,
    env,
    empty: async () => {
      for (const name of await readdir(target)) await rm(join(target, name), { recursive: true, force: true });
    },
    build: (...args) =>
      execute(CARGO, ['lambda', 'build', '--release', '--output-format', 'zip', ...args], {
        cwd: join(repository, 'checkout', folder),
        env,
        maxBuffer: 1 << 26,
      }),
    binary: (...path) => packed(path, 'bootstrap'),
    packed,
  };
}

/** One entry of a package; throws where it is not there. */
export function unpack(zip: Buffer, entry: string): Buffer {
  const content = new AdmZip(zip).readFile(entry);
  if (content === null) throw new Error(`no entry ${entry}`);
  return content;
}

/** The bytes of `.text`, where `readelf -SW` says that it is. */
export async function codeOf(file: string): Promise<Buffer> {
  const { stdout } = await execute('readelf', ['-SW', file]);
  const [, offset = '', size = ''] = /\s\.text\s+PROGBITS\s+[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+)/.exec(stdout) ?? [];
  const start = Number.parseInt(offset, 16);
  return (await readFile(file)).subarray(start, start + Number.parseInt(size, 16));
}

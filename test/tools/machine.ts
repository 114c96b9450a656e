import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram } from '../../src/tools/programs.ts';
import { CARGO, RUSTC } from '../rust.ts';

/** A PATH of its own: the machine's real git, cargo, rustc and cc as links, and whatever a test adds. */
export interface Machine extends AsyncDisposable {
  readonly root: string;
  readonly home: string;
  readonly tools: string;
  readonly env: Record<string, string>;
  /** Puts a shell script of that name on PATH. */
  script(name: string, body: string): Promise<string>;
  /** Puts a link to the machine's own program on PATH. */
  link(name: string): Promise<void>;
  /** The names in the tools directory, temporary installs included. */
  left(): Promise<readonly string[]>;
}

export const REAL_ENV: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);

export async function machine(options: { readonly without?: readonly string[] } = {}): Promise<Machine> {
  const root = await mkdtemp(join(tmpdir(), 'coldgate-tools-'));
  const [home, bin] = [join(root, 'home'), join(root, 'bin')];
  await mkdir(bin);
  const made: Machine = {
    root,
    home,
    tools: join(home, 'tools'),
    // The real rustup and registry, but no $CARGO_HOME/bin that has tools in it.
    env: { ...REAL_ENV, PATH: bin, CARGO_HOME: join(root, 'cargo') },
    async script(name, body) {
      const path = name.startsWith('/') ? name : join(bin, name);
      if (!path.startsWith(root)) throw new Error(`not in this machine's directory: ${path}`);
      await mkdir(dirname(path), { recursive: true });
      // A file of its own, renamed into place: writing to a link of this PATH would overwrite the machine's real program.
      const draft = `${path}.draft`;
      await writeFile(draft, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
      await rename(draft, path);
      return path;
    },
    async link(name) {
      const path = findProgram(name, (REAL_ENV.PATH ?? '').split(':'));
      if (path === null) throw new Error(`these tests need ${name}`);
      await symlink(path, join(bin, name));
    },
    left: () => readdir(join(home, 'tools')),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
  for (const name of ['git', CARGO, RUSTC, 'cc']) if (!options.without?.includes(name)) await made.link(name);
  return made;
}

export const never: AbortSignal = new AbortController().signal;

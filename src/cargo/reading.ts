import { dirname, join } from 'node:path';
import type { Note } from '../core/snapshot/snapshot.ts';
import { isThere } from '../folder.ts';
import { ancestors } from './config.ts';

/** What cargo, rustup and cargo lambda look for from where they run, not from where the manifest is: in the folder and above it. */
const SOUGHT = ['.cargo/config.toml', '.cargo/config', 'rust-toolchain.toml', 'rust-toolchain', 'CargoLambda.toml'];

/**
 * Configuration that the plain `cargo lambda build --manifest-path …` would read and coldgate does not, or the other way round: coldgate
 * runs in the manifest's folder unless a working directory is named.
 */
export async function otherReading(
  {
    folder,
    plainFolder,
    build,
  }: { readonly folder: string; readonly plainFolder: string; readonly build: { readonly manifest: string | null } },
  nameOf: (flag: string) => string,
): Promise<readonly Note[]> {
  if (folder === plainFolder) return [];
  const [here, there] = [await readFrom(folder), await readFrom(plainFolder)];
  const only = here.filter((path) => !there.includes(path));
  const lost = there.filter((path) => !here.includes(path));
  if (only.length + lost.length === 0) return [];
  const said = [
    ...(only.length === 0 ? [] : [`${only.join(', ')} counts here and not there`]),
    ...(lost.length === 0 ? [] : [`${lost.join(', ')} counts there and not here`]),
  ];
  const manifest = join(folder, build.manifest ?? 'Cargo.toml');
  return [
    {
      code: 'parent-config',
      text: `coldgate runs in ${dirname(manifest)}, cargo lambda build with the same arguments in ${plainFolder}: ${said.join('; ')}; ${nameOf('working-directory')} names the folder to run in`,
    },
  ];
}

async function readFrom(folder: string): Promise<readonly string[]> {
  const paths = ancestors(folder).flatMap((one) => SOUGHT.map((name) => join(one, name)));
  const there = await Promise.all(paths.map(async (path) => await isThere(path)));
  return paths.filter((_, index) => there[index]);
}

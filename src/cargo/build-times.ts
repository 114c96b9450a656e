import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Written by linker.sh beside a binary that it linked. */
const SUFFIX = '.ticks';

/**
 * What the last build of each binary took of the processor, by the binary's name, in ticks: its own crate, LTO and code generation included.
 * Only what was built in this target directory (or came with it out of a cache) is known; of several builds the newest counts.
 */
export async function lastBuildTimes(target: string, profile: string): Promise<ReadonlyMap<string, number>> {
  const directory = profile === 'dev' ? 'debug' : profile;
  const names = async (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);
  // A build for the host's own platform stands at the top, any other below its triple.
  const folders = [target, ...(await names(target)).map((name) => join(target, name))].map((folder) => join(folder, directory, 'deps'));
  const newest = new Map<string, { readonly ticks: number; readonly written: number }>();
  for (const folder of folders) {
    for (const name of (await names(folder)).filter((one) => one.endsWith(SUFFIX))) {
      const [, crate] = /^(.+)-[0-9a-f]{16}\.ticks$/.exec(name) ?? [];
      const file = join(folder, name);
      const text = await readFile(file, 'utf8').catch(() => '');
      const written = await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      if (crate === undefined || !/^\d{1,9}\n$/.test(text) || written <= (newest.get(crate)?.written ?? 0)) continue;
      newest.set(crate, { ticks: Number(text), written });
    }
  }
  return new Map([...newest].map(([crate, { ticks }]) => [crate, ticks]));
}

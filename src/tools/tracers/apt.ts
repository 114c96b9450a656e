import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cancelled, ToolError } from '../../core/failures.ts';
import { runGroup } from '../../exec/group.ts';
import { limited } from '../../exec/limited.ts';
import type { InstallContext } from '../private-directory.ts';

/** What is waited for a mirror that does not answer. */
const MOST_MS = 180_000;

/**
 * Downloads packages of this machine's distribution into an empty folder, with apt-get and without root: what apt would write lies in that
 * folder. It goes by the machine's own package lists, and by lists of its own (`apt-get update`) where those are missing or older than the
 * archive, as on GitHub's images. apt checks the archive's signature and each package's digest. Answers the packages' paths. Throws a
 * ToolError with apt's own words.
 */
export async function downloadPackages(names: readonly string[], folder: string, context: InstallContext): Promise<readonly string[]> {
  const [packages, own] = [join(folder, 'packages'), join(folder, 'apt')];
  for (const path of [packages, join(own, 'lists', 'partial'), join(own, 'cache', 'archives', 'partial')])
    await mkdir(path, { recursive: true });
  const asItIs = await configuration(join(folder, 'as-it-is.conf'), own, false);
  const anew = await configuration(join(folder, 'anew.conf'), own, true);
  using limit = limited(context.signal, MOST_MS);
  const calling = { env: context.env, signal: limit.signal, cwd: packages };
  const apt = (file: string, ...args: readonly string[]): Promise<Said> => say('apt-get', ['--config-file', file, ...args], calling);
  try {
    const first = await apt(asItIs, 'download', ...names);
    if (!first.ok) {
      // One archive of several may fail and be none that is needed.
      const updated = await apt(anew, 'update');
      const second = await apt(anew, 'download', ...names);
      // With no list at all it would say that there is no such package.
      if (!second.ok) throw new ToolError(updated.complaint ?? second.complaint ?? 'apt-get download failed');
    }
  } catch (error) {
    if (!(error instanceof Cancelled) || context.signal.aborted || !limit.isOver()) throw error;
    throw new ToolError(`apt-get did not end within ${MOST_MS / 1_000} s`);
  }
  return (await readdir(packages)).filter((name) => name.endsWith('.deb')).map((name) => join(packages, name));
}

/** Unpacks a package's files into a folder; its scripts are not run. Throws a ToolError with dpkg-deb's own words. */
export async function unpackPackage(file: string, folder: string, context: InstallContext): Promise<void> {
  const { ok, complaint } = await say('dpkg-deb', ['--extract', file, folder], { ...context, cwd: folder });
  if (!ok) throw new ToolError(complaint ?? `${file} cannot be unpacked`);
}

/** Read after all of the machine's own configuration, whose hooks are for root. */
async function configuration(file: string, own: string, withLists: boolean): Promise<string> {
  const lists = withLists ? [`Dir::State "${own}"`, `Dir::State::lists "${own}/lists"`] : [];
  const lines = [
    ...lists,
    `Dir::Cache "${own}/cache"`,
    ...['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'].map((hook) => `#clear APT::Update::${hook}`),
    'APT::Get::AllowUnauthenticated "false"',
    'Acquire::AllowInsecureRepositories "false"',
    'Acquire::Languages "none"',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false"',
    'Acquire::Retries "2"',
    'Acquire::http::Timeout "20"',
    'Acquire::https::Timeout "20"',
  ];
  await writeFile(file, lines.map((line) => `${line};\n`).join(''));
  return file;
}

interface Said {
  readonly ok: boolean;
  /** The first thing that was wrong, in one line; apt-get update ends well without the lists that it could not have. */
  readonly complaint: string | null;
}

async function say(command: string, args: readonly string[], context: InstallContext & { readonly cwd: string }): Promise<Said> {
  const lines: string[] = [];
  const env = { ...context.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const { exitCode } = await runGroup(command, args, { ...context, env, onLine: (_stream, line) => lines.push(line.trim()) });
  const verb = args.find((arg) => /^(?:download|update|--extract)$/.test(arg)) ?? '';
  const said = lines.find((line) => /^(?:E: |W: Failed to fetch|dpkg-deb: error)/.test(line)) ?? (exitCode === 0 ? null : lines.at(-1));
  return { ok: exitCode === 0, complaint: said === null ? null : `${command} ${verb}: ${said ?? 'it said nothing'}` };
}

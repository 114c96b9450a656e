import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Nothing is installed into this machine while the test runs, and what it has of the tracers is out of sight, their parts and names too. */
const SCRIPT = `set -e
for file in valgrind valgrind.bin strace; do
  if [ -e "/usr/bin/$file" ]; then mount --bind "$EMPTY/file" "/usr/bin/$file"; fi
done
for folder in /usr/libexec/valgrind /usr/lib/*/valgrind /usr/lib/debug; do
  if [ -d "$folder" ]; then mount --bind "$EMPTY/folder" "$folder"; fi
done
for folder in /etc /usr/bin /usr/lib /var/cache /var/lib; do
  mount --rbind "$folder" "$folder"
  mount -o remount,bind,ro "$folder"
done
exec "$@"
`;

/** A mount namespace in which this machine is read-only and has neither valgrind nor strace. Needs root, or sudo without a password. */
export class WithoutTracers implements AsyncDisposable {
  /** What a command is started by to be in it. */
  readonly within: readonly [string, ...string[]];
  private readonly folder: string;
  private constructor(folder: string, within: readonly [string, ...string[]]) {
    this.folder = folder;
    this.within = within;
  }

  static async create(): Promise<WithoutTracers> {
    const folder = await mkdtemp(join(tmpdir(), 'coldgate-bare-'));
    await mkdir(join(folder, 'folder'));
    // Without the right to be executed it is no program, for root neither.
    await writeFile(join(folder, 'file'), '', { mode: 0o444 });
    const script = join(folder, 'hide.sh');
    await writeFile(script, SCRIPT.replaceAll('$EMPTY', folder));
    const hidden = ['unshare', '--mount', 'sh', script] as const;
    const [user, group] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
    if (user === 0) return new WithoutTracers(folder, hidden);
    const back = ['setpriv', `--reuid=${user}`, `--regid=${group}`, '--init-groups'];
    return new WithoutTracers(folder, ['sudo', '--non-interactive', '--preserve-env', ...hidden, ...back]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

import { readFileSync } from 'node:fs';

/** What installs packages on a Linux. */
export type PackageManager = 'apt-get' | 'dnf' | 'apk' | 'pacman' | 'zypper';

const MANAGERS: Readonly<Record<string, PackageManager>> = {
  debian: 'apt-get',
  ubuntu: 'apt-get',
  fedora: 'dnf',
  rhel: 'dnf',
  centos: 'dnf',
  amzn: 'dnf',
  alpine: 'apk',
  arch: 'pacman',
  suse: 'zypper',
  opensuse: 'zypper',
};

/**
 * Of the text of `os-release`: the distribution itself, else what it says it is like (`ID_LIKE="rhel centos fedora"`); `null` for others.
 * https://www.freedesktop.org/software/systemd/man/latest/os-release.html
 */
export function packageManagerOf(osRelease: string): PackageManager | null {
  const field = (name: string): string => new RegExp(`^${name}=["']?([^"'\n]*)`, 'm').exec(osRelease)?.[1] ?? '';
  const names = [field('ID'), ...field('ID_LIKE').split(/\s+/)];
  for (const name of names) {
    const manager = MANAGERS[name] ?? MANAGERS[name.replace(/-.*/, '')];
    if (manager !== undefined) return manager;
  }
  return null;
}

/** This machine's; `null` where it is not known. */
export function packageManager(): PackageManager | null {
  for (const file of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      return packageManagerOf(readFileSync(file, 'utf8'));
    } catch {
      // The next one.
    }
  }
  return null;
}

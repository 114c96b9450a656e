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

/** A Linux, by what its `os-release` says. */
export interface Distribution {
  /** `ubuntu`. */
  readonly id: string;
  /** `24.04`; a name where it has no number (Debian's next one), `''` where it has neither. */
  readonly version: string;
}

/**
 * Of the text of `os-release`: the distribution itself, else what it says it is like (`ID_LIKE="rhel centos fedora"`); `null` for others.
 * https://www.freedesktop.org/software/systemd/man/latest/os-release.html
 */
export function packageManagerOf(osRelease: string): PackageManager | null {
  const names = [fieldOf(osRelease, 'ID'), ...fieldOf(osRelease, 'ID_LIKE').split(/\s+/)];
  for (const name of names) {
    const manager = MANAGERS[name] ?? MANAGERS[name.replace(/-.*/, '')];
    if (manager !== undefined) return manager;
  }
  return null;
}

/** Of the text of `os-release`; `null` where it does not say what it is. */
export function distributionOf(osRelease: string): Distribution | null {
  const id = fieldOf(osRelease, 'ID');
  const version = fieldOf(osRelease, 'VERSION_ID') || fieldOf(osRelease, 'VERSION_CODENAME');
  return id === '' ? null : { id, version };
}

/** This machine's; `null` where it is not known. */
export function packageManager(): PackageManager | null {
  const text = osRelease();
  return text === null ? null : packageManagerOf(text);
}

/** This machine's; `null` where it is not known. */
export function distribution(): Distribution | null {
  const text = osRelease();
  return text === null ? null : distributionOf(text);
}

function fieldOf(text: string, name: string): string {
  return new RegExp(`^${name}=["']?([^"'\n]*)`, 'm').exec(text)?.[1] ?? '';
}

function osRelease(): string | null {
  for (const file of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      // The next one.
    }
  }
  return null;
}

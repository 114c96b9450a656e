import { describe, expect, it } from 'vitest';
import { packageManagerOf } from '../../src/tools/distribution.ts';
import { remedyFor } from '../../src/tools/programs.ts';

describe('what installs a program here', () => {
  // As the images of these distributions have it.
  it.each([
    ['ID=debian\nVERSION_ID="12"', 'apt-get install valgrind'],
    ['NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian', 'apt-get install valgrind'],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"', 'apt-get install valgrind'],
    ['ID=fedora\nVERSION_ID=41', 'dnf install valgrind'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"', 'dnf install valgrind'],
    ['ID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"', 'dnf install valgrind'],
    ['ID=alpine\nVERSION_ID=3.20.3', 'apk add valgrind'],
    ['ID=arch', 'pacman -S valgrind'],
    ['ID=manjaro\nID_LIKE=arch', 'pacman -S valgrind'],
    ['ID="opensuse-leap"\nID_LIKE="suse opensuse"', 'zypper install valgrind'],
    ['ID=nixos', "install valgrind with your distribution's package manager"],
    ['', "install valgrind with your distribution's package manager"],
  ])('%j: %s', (osRelease, remedy) => {
    expect(remedyFor('valgrind', 'linux-x64', packageManagerOf(osRelease))).toBe(remedy);
  });

  it.each([
    ['venv', 'apt-get', 'apt-get install python3-venv'],
    ['python3', 'apt-get', 'apt-get install python3 python3-venv'],
    ['venv', 'pacman', 'pacman -S python'],
    ['cc', 'apk', 'apk add build-base'],
    ['cc', 'dnf', 'dnf install gcc'],
    ['cargo', 'dnf', 'install Rust with rustup (https://rustup.rs)'],
  ] as const)('%s by %s: %s', (program, manager, remedy) => {
    expect(remedyFor(program, 'linux-x64', manager)).toBe(remedy);
  });

  it('on macOS is brew, whatever file lies there', () => {
    expect(remedyFor('venv', 'darwin-arm64', 'apt-get')).toBe('brew install python');
  });
});

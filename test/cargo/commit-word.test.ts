import { describe, expect, test } from 'vitest';
import { isWordOnCommit, isWordOnMachine } from '../../src/cargo/commit-word.ts';

/** As cargo 1.95 printed them. */
const OF_COMMIT = {
  'a type': [
    '   Compiling tiny v0.1.0 (/w)',
    'error[E0308]: mismatched types',
    ' --> src/main.rs:4:22',
    '  |',
    'error: could not compile `tiny`',
  ],
  'a syntax error': ['error: expected one of `!` or `::`, found `main`', ' --> src/main.rs:1:4'],
  'a module that is not there': ['error[E0583]: file not found for module `gone`', '  --> src/main.rs:1:1'],
  'an include that is not there': ["error: couldn't read `src/a.txt`: No such file or directory (os error 2)", ' --> src/main.rs:1:20'],
  'a manifest': ['error: failed to parse manifest at `/w/Cargo.toml`', '', 'Caused by:', '  no targets specified in the manifest'],
  'a feature': ["error: the package 'tiny' does not contain this feature: fast"],
  features: ['error: none of the selected packages contains this feature: fast', 'selected packages: tiny'],
  'a profile': ['error: profile `small` is not defined'],
};
const OF_RUN = {
  'a registry': [
    '    Updating crates.io index',
    'error: failed to get `serde` as a dependency of package `tiny v0.1.0`',
    '',
    'Caused by:',
    '  download of config.json failed',
  ],
  'a download': [
    'error: failed to download from `https://static.crates.io/crates/serde/1.0.0/download`',
    'Caused by:',
    '  [6] Could not resolve host',
  ],
  'a linker': [
    'error: linking with `cc` failed: exit status: 1',
    '  |',
    '  = note:  "cc" "-m64"',
    '  = note: collect2: fatal error: ld terminated with signal 9 [Killed]',
  ],
  'a linker that is not there': ['error: linker `cc` not found', '  |', '  = note: No such file or directory (os error 2)'],
  'a kill': [
    'warning: unused variable: `x`',
    ' --> src/main.rs:1:4',
    'error: could not compile `tiny` (bin "tiny")',
    '',
    'Caused by:',
    "  process didn't exit successfully: `rustc` (signal: 9, SIGKILL: kill)",
  ],
  'a disk': ['error: failed to write /t/deps/tiny.o: No space left on device (os error 28)'],
  'a disk that cannot be read': ["error: couldn't read `src/a.txt`: Input/output error (os error 5)", ' --> src/main.rs:1:20'],
  'a target that is not installed': [
    "error[E0463]: can't find crate for `std`",
    '  |',
    '  = note: the `aarch64-unknown-linux-gnu` target may not be installed',
  ],
  'a crate of another compiler': ['error[E0514]: found crate `serde` compiled by an incompatible version of rustc', ' --> src/main.rs:1:5'],
  'a build script': [
    'error: failed to run custom build command for `tiny v0.1.0 (/w)`',
    '',
    'Caused by:',
    "  process didn't exit successfully: `build-script-build` (exit status: 101)",
    '  --- stderr',
    "  thread 'main' panicked at build.rs:2:5:",
  ],
  'a toolchain': ["error: toolchain '1.42.0-x86_64-unknown-linux-gnu' is not installed"],
  'a file of git': ['fatal: unable to read sha1 file of src/main.rs (0123456)', 'error: external filter failed'],
  'a linker without a symbol': [
    'error: linking with `/s/zigcc.sh` failed: exit status: 1',
    '  |',
    '  = note: ld.lld: error: undefined symbol: nowhere_at_all',
  ],
  'a wrapper that is not there': [
    'error: could not execute process `/s/wrapper.sh /r/bin/rustc -vV` (never executed)',
    'Caused by:',
    '  No such file or directory (os error 2)',
  ],
  nothing: [],
};

describe("whether a failed build is the compiler's word about the commit", () => {
  test.each(Object.entries(OF_COMMIT))('it is: %s', (_, lines) => {
    expect(isWordOnCommit(lines)).toBe(true);
  });

  test.each(Object.entries(OF_RUN))('it is not: %s', (_, lines) => {
    expect(isWordOnCommit(lines)).toBe(false);
  });

  // What may be of either: whoever cannot let anything through by it takes it for the commit's.
  const either = ['a build script', 'a toolchain', 'a linker without a symbol', 'nothing'];
  test.each(Object.keys(OF_RUN).filter((name) => !either.includes(name)))(
    'it is plainly of the machine, or of the way to others: %s',
    (name) => {
      expect(isWordOnMachine(Object.entries(OF_RUN).find(([one]) => one === name)?.[1] ?? [])).toBe(true);
    },
  );

  test.each([
    ...either.map((name) => [name, Object.entries(OF_RUN).find(([one]) => one === name)?.[1] ?? []] as const),
    ...Object.entries(OF_COMMIT),
  ])('it is not plainly of the machine: %s', (_, lines) => {
    expect(isWordOnMachine(lines)).toBe(false);
  });

  test('the place has to be of that error', () => {
    expect(isWordOnCommit(['error: linking with `cc` failed', 'warning: unused', ' --> src/main.rs:1:1'])).toBe(false);
    expect(isWordOnCommit(['error: linking with `cc` failed', 'error[E0425]: cannot find value `x`', ' --> src/lib.rs:1:1'])).toBe(true);
  });
});

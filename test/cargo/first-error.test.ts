import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstError } from '../../src/cargo/first-error.ts';

const read = (text: string) => firstError(text.trim().split('\n'));

/** As cargo 1.95 printed them. */
const MISMATCH = `
   Compiling tiny v0.1.0 (/checkout)
warning: unused variable: \`a\`
 --> src/main.rs:1:24

error[E0308]: mismatched types
 --> src/main.rs:2:24
  |
2 | fn f1() { let x: u32 = "a"; }
  |                  ---   ^^^ expected \`u32\`, found \`&str\`
  |                  |
  |                  expected due to this

error[E0425]: cannot find value \`y\` in this scope
 --> src/main.rs:3:24

Some errors have detailed explanations: E0308, E0425.
For more information about an error, try \`rustc --explain E0308\`.
error: could not compile \`tiny\` (bin "tiny") due to 2 previous errors
`;
const PANIC = `
   Compiling tiny v0.1.0 (/checkout)
error: failed to run custom build command for \`tiny v0.1.0 (/checkout)\`
note: To improve backtraces for build dependencies, set the CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_DEBUG=true environment variable to enable debug information generation.

Caused by:
  process didn't exit successfully: \`/target/release/build/tiny-11ea6a803ba051c2/build-script-build\` (exit status: 101)
  --- stdout
  cargo:rerun-if-changed=build.rs
  cargo::rustc-env=A=b

  --- stderr

  thread 'main' (1090) panicked at build.rs:1:12:
  no foo: set FOO
  stack backtrace:
     0: rust_begin_unwind
  note: Some details are omitted, run with \`RUST_BACKTRACE=full\` for a verbose backtrace.
warning: build failed, waiting for other jobs to finish...
`;
const LINKER = `
error: linking with \`cc\` failed: exit status: 1
  |
  = note:  "cc" "-m64" "<20 object files omitted>" "-Wl,--as-needed" "-lgcc_s" "-lutil" "-L" "/target/release"
  = note: some arguments are omitted. use \`--verbose\` to show all linker arguments
  = note: rust-lld: error: undefined symbol: nothere_fn
          >>> referenced by tiny.49141a6af263f693-cgu.0
          

error: could not compile \`tiny\` (bin "tiny") due to 1 previous error
`;
const C_COMPILER = `
warning: other@1.0.0: noise
warning: tiny@0.1.0: c/a.c:1:10: fatal error: missing.h: No such file or directory
error: failed to run custom build command for \`tiny v0.1.0 (/checkout)\`

Caused by:
  process didn't exit successfully: \`/target/build-script-build\` (exit status: 1)
  --- stderr

  error occurred in cc-rs: command did not execute successfully
`;

describe('firstError', () => {
  it('of rustc is the first diagnostic, whole, with a count of the rest', () => {
    const found = read(MISMATCH);
    expect(found?.lines).toEqual(MISMATCH.split('\n').slice(5, 12));
    expect(found).toMatchObject({ headline: 'error[E0308]: mismatched types', more: 1 });
  });

  it('of a build script has its panic, not what it told cargo nor the backtrace', () => {
    const found = read(PANIC);
    expect(found?.lines[0]).toBe('error: failed to run custom build command for `tiny v0.1.0 (/checkout)`');
    expect(found?.lines.slice(-2)).toEqual(["  thread 'main' (1090) panicked at build.rs:1:12:", '  no foo: set FOO']);
    expect(found?.lines.join('\n')).not.toMatch(/cargo:|backtrace/);
    expect(found).toMatchObject({ headline: 'no foo: set FOO', more: 0 });
  });

  it('of a linker has what it said without its call', () => {
    const found = read(LINKER);
    expect(found?.lines).toEqual([
      'error: linking with `cc` failed: exit status: 1',
      '  |',
      '  = note: rust-lld: error: undefined symbol: nothere_fn',
      '          >>> referenced by tiny.49141a6af263f693-cgu.0',
    ]);
    expect(found?.headline).toBe('rust-lld: error: undefined symbol: nothere_fn');
  });

  it('of a C compiler is with the warnings of that package, which cargo prints before', () => {
    expect(read(C_COMPILER)?.lines.slice(0, 2)).toEqual(C_COMPILER.split('\n').slice(2, 4));
  });

  it('is the sum where a compiler was killed, its long call cut in the middle', () => {
    const call = `  process didn't exit successfully: \`rustc --crate-name tiny ${'--cfg x '.repeat(100)}\` (signal: 9, SIGKILL: kill)`;
    const found = read(`error: could not compile \`tiny\` (bin "tiny")\n\nCaused by:\n${call}`);
    expect(found?.lines.at(-1)).toMatch(/^ {2}process didn't exit successfully: .* … .*\(signal: 9, SIGKILL: kill\)$/);
    expect(found?.lines.at(-1)?.length).toBeLessThan(310);
  });

  it('keeps start and end of a long block', () => {
    const found = read(`error: long\n${Array.from({ length: 100 }, (_, index) => `  | ${index}`).join('\n')}`);
    expect(found?.lines).toHaveLength(40);
    expect([found?.lines[0], found?.lines[12], found?.lines.at(-1)]).toEqual(['error: long', '… 62 lines …', '  | 99']);
  });

  it('is none where nothing says error', () => {
    expect(read('   Compiling tiny v0.1.0\nwarning: unused')).toBeNull();
  });

  it('takes the first line that says something of a panic whose message begins with empty ones', () => {
    const lines = [
      'error: failed to run custom build command for `a v0.1.0`',
      "  thread 'main' panicked at build.rs:1:1:",
      '',
      '  ',
      '  Header expansion error:',
    ];
    expect(firstError(lines)?.headline).toBe('Header expansion error:');
    expect(firstError(lines.slice(0, 3))?.headline).toContain('custom build command');
  });

  it('answers a bounded block, whatever is printed', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom(...`${MISMATCH}${PANIC}${LINKER}${C_COMPILER}`.split('\n')));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const found = firstError(lines);
        if (found === null) return;
        expect(found.lines.length).toBeLessThanOrEqual(40);
        expect(found.headline).not.toBe('');
      }),
    );
  });
});

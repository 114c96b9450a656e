import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BUILD = join(import.meta.dirname, '../../src/cargo');
const WRAPPER = join(BUILD, 'rustc-wrapper.sh');
const LINKER = join(BUILD, 'linker.sh');
/** Behind what the second link is given. */
const MAP = '-Wl,--print-map';
const SHELLS = ['sh', 'dash', 'bash'] as const;

/** Writes its arguments, one a line, to the file after -o; response files as they stand. Exits with what the file `exit` beside it says. */
const FAKE_LINKER = `#!/bin/sh
previous= output=
for argument in "$@"; do
  [ "$previous" = -o ] && output=$argument
  case $argument in @*) found=$(sed -n '/^-o$/{n;s/\\\\\\(.\\)/\\1/g;p;}' "\${argument#@}"); [ -n "$found" ] && output=$found ;; esac
  previous=$argument
done
echo "$output" >>"$(dirname "$0")/links"
case $output in
*.unstripped.*) code=$(cat "$(dirname "$0")/second" 2>/dev/null) ;;
*) code=$(cat "$(dirname "$0")/first" 2>/dev/null) ;;
esac
for argument in "$@"; do
  printf '%s\\n' "$argument"
  case $argument in @*) cat "\${argument#@}" ;; esac
done >"$output"
exit "\${code:-0}"
`;

/** Says how it was called. */
const FAKE_RUSTC = `#!/bin/sh
for argument in "$@"; do printf '%s\\n' "$argument"; done
printf 'real %s\\n' "\${COLDGATE_LINKER:-none}"
`;

let dir = '';
const at = (name: string): string => join(dir, name);
const lines = (name: string): readonly string[] => readFileSync(at(name), 'utf8').trimEnd().split('\n');

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'coldgate scripts-'));
  mkdirSync(at('linkers'));
  writeFileSync(at('my linker'), FAKE_LINKER, { mode: 0o755 });
  writeFileSync(at('rustc'), FAKE_RUSTC, { mode: 0o755 });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe.each(SHELLS)('linker.sh under %s', (shell) => {
  const link = (...args: readonly string[]) =>
    spawnSync(shell, [LINKER, ...args], { encoding: 'utf8', env: { PATH: process.env.PATH, COLDGATE_LINKER: at('my linker') } });
  const leftovers = () => readdirSync(dir).filter((name) => /unstripped\.(\d|log$)/.test(name));

  it('is valid', () => {
    execFileSync(shell, ['-n', LINKER]);
    execFileSync(shell, ['-n', WRAPPER]);
  });

  it.each(['-Wl,--strip-all', '--strip-all', '-s', '-Wl,-s', '-Wl,--strip-debug', '--strip-debug', '-Wl,-S'])(
    'links as asked, then without %s into the twin',
    (strip) => {
      const output = at('a b');
      expect(link('-m64', strip, 'an object.o', '-o', output, '-Wl,--strip-allx', '', "it's $HOME").status).toBe(0);
      expect(lines('a b')).toEqual(['-m64', strip, 'an object.o', '-o', output, '-Wl,--strip-allx', '', "it's $HOME"]);
      const twin = expect.stringMatching(/a b\.unstripped\.\d+$/);
      expect(lines('a b.unstripped')).toEqual(['-m64', 'an object.o', '-o', twin, '-Wl,--strip-allx', '', "it's $HOME", MAP]);
      expect(leftovers()).toEqual([]);
      expect(readFileSync(at('a b.ticks'), 'utf8')).toMatch(/^\d+\n$/);
    },
  );

  it.each<readonly [readonly string[], readonly string[]]>([
    [['-Wl,-s,--gc-sections'], ['-Wl,--gc-sections']],
    [['-Wl,--gc-sections,-s'], ['-Wl,--gc-sections']],
    [['-Wl,-z,relro,--strip-debug,-z,now,-S'], ['-Wl,-z,relro,-z,now']],
    [['-Wl,-s,-S'], []],
    [
      ['-Xlinker', '-s', '-Xlinker', '--gc-sections'],
      ['-Xlinker', '--gc-sections'],
    ],
  ])('leaves out what strips among others: %j', (given, kept) => {
    const output = at('out');
    expect(link('a.o', ...given, '-o', output).status).toBe(0);
    const twin = expect.stringMatching(/out\.unstripped\.\d+$/);
    expect(lines('out.unstripped')).toEqual(['a.o', ...kept, '-o', twin, MAP]);
    // The same in a response file.
    writeFileSync(at('arguments'), ['a.o', ...given, '-o', output, ''].join('\n'));
    expect(link(`@${at('arguments')}`).status).toBe(0);
    expect(lines('out.unstripped').slice(1)).toEqual(['a.o', ...kept, '-o', twin, MAP]);
    expect(leftovers()).toEqual([]);
  });

  it.each(['-Wl,-soname,x-s', '-Wl,--strip-allx', '-Wl,', '-Wl,-z,,relro', '-Xlinker'])('%s does not strip, and stays', (argument) => {
    expect(link('a.o', '-s', argument, '-o', at('out')).status).toBe(0);
    expect(lines('out.unstripped')).toEqual(['a.o', argument, '-o', expect.stringMatching(/unstripped/), MAP]);
  });

  it('links once more for the map where the first link does not strip', () => {
    writeFileSync(at('out.unstripped'), 'old');
    expect(link('a.o', '-o', at('out')).status).toBe(0);
    expect(lines('out.unstripped')).toEqual(['a.o', '-o', expect.stringMatching(/unstripped/), MAP]);
  });

  it('keeps the map and what was linked from the target directory', () => {
    const output = at('deps/out');
    mkdirSync(at('deps/rustcAbC'), { recursive: true });
    writeFileSync(at('my linker'), FAKE_LINKER.replace('exit "', 'case "$*" in *--print-map*) echo "the map" ;; esac\nexit "'));
    const files = ['deps/a b.o', 'deps/rustcAbC/libring-1.rlib', 'deps/$x.a', 'elsewhere.o'].map(at);
    for (const file of files) writeFileSync(file, file);
    mkdirSync(`${output}.link`);
    writeFileSync(`${output}.link/old.o`, 'old');
    const std = '/rust/lib/rustlib/x86_64-unknown-linux-gnu/lib';
    const kept = { map: 'the map\n', std: `${std}\n`, 'a b.o': files[0], 'libring-1.rlib': files[1], '$x.a': files[2] };
    const found = (): unknown =>
      Object.fromEntries(readdirSync(`${output}.link`).map((name) => [name, readFileSync(`${output}.link/${name}`, 'utf8')]));
    expect(link(...files, `${std}/libcore-1.rlib`, '-lc', at('deps/gone.o'), '-s', '-o', output).status).toBe(0);
    expect(found()).toEqual(kept);
    // rustc deletes its own.
    for (const file of files) rmSync(file);
    expect(found()).toEqual(kept);
    for (const file of files) writeFileSync(file, file);
    const escaped = [...files, '-lc', '-L', std, '-s', '-o', output].map((argument) =>
      argument.replaceAll('\\', '\\\\').replaceAll(' ', '\\ '),
    );
    writeFileSync(at('arguments'), `${escaped.join('\n')}\n`);
    expect(link(`@${at('arguments')}`).status).toBe(0);
    expect(found()).toEqual(kept);
    expect(readdirSync(at('deps')).filter((name) => /\.link\./.test(name))).toEqual([]);
  });

  it('links without a map where the linker knows none', () => {
    writeFileSync(at('my linker'), FAKE_LINKER.replace('#!/bin/sh', '#!/bin/sh\ncase "$*" in *--print-map*) exit 1 ;; esac'));
    expect(link('a.o', '-s', '-o', at('out')).status).toBe(0);
    expect(lines('out.unstripped')).toEqual(['a.o', '-o', expect.stringMatching(/unstripped/)]);
    expect(existsSync(at('out.link'))).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  it('reads a response file and leaves it as it is', () => {
    const escaped = at('a \\b').replaceAll('\\', '\\\\').replaceAll(' ', '\\ ');
    const text = `-m64\n-o\n${escaped}\n-Wl,--strip-all\n-L/with\\ blank\n`;
    writeFileSync(at('linker-arguments'), text);
    expect(link(`@${at('linker-arguments')}`).status).toBe(0);
    expect(readFileSync(at('linker-arguments'), 'utf8')).toBe(text);
    expect(lines('a \\b')).toEqual([`@${at('linker-arguments')}`, '-m64', '-o', escaped, '-Wl,--strip-all', '-L/with\\ blank']);
    const [file, ...rest] = lines('a \\b.unstripped');
    expect(file).toMatch(/^@.*\/a \\b\.unstripped\.\d+\.arguments$/);
    expect(rest).toEqual(['-m64', '-o', expect.stringMatching(/b\.unstripped\.\d+$/), '-L/with\\ blank', MAP]);
    expect(leftovers()).toEqual([]);
  });

  it('keeps the exit code of a first link that fails, and makes no twin', () => {
    writeFileSync(at('first'), '7');
    expect(link('-s', '-o', at('out')).status).toBe(7);
    expect(lines('links')).toEqual([at('out')]);
    expect(existsSync(at('out.unstripped'))).toBe(false);
  });

  it('loses the twin alone where the second link fails', () => {
    writeFileSync(at('second'), '9');
    writeFileSync(at('out.unstripped'), 'old');
    expect(link('-s', '-o', at('out')).status).toBe(0);
    // As asked, with a map, without one.
    expect(lines('links')).toHaveLength(3);
    expect(readdirSync(dir).filter((name) => name.includes('unstripped'))).toEqual(['out.unstripped.log']);
  });

  it('passes on what it cannot make sense of', () => {
    expect(link('--version', '-o', at('version')).status).toBe(0);
    expect(lines('version')).toEqual(['--version', '-o', at('version')]);
  });

  it('keeps parallel links apart', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `out-${index % 6}`);
    const codes = await Promise.all(
      names.map(
        (name) =>
          new Promise((resolve) =>
            spawn(shell, [LINKER, `${name}.o`, '-s', '-o', at(name)], {
              env: { PATH: process.env.PATH, COLDGATE_LINKER: at('my linker') },
            }).once('close', resolve),
          ),
      ),
    );
    expect(codes).toEqual(names.map(() => 0));
    for (const name of names) expect(lines(`${name}.unstripped`)[0]).toBe(`${name}.o`);
    expect(leftovers()).toEqual([]);
  });
});

describe.each(SHELLS)('rustc-wrapper.sh under %s', (shell) => {
  const FINAL = { CARGO_BIN_NAME: 'tiny', CARGO_PRIMARY_PACKAGE: '1' };
  const rustc = (args: readonly string[], more: Readonly<Record<string, string>> = FINAL): readonly string[] => {
    const env = { PATH: process.env.PATH, COLDGATE_LINKERS: at('linkers'), COLDGATE_LINK_SCRIPT: LINKER, ...more };
    return execFileSync(shell, [WRAPPER, at('rustc'), ...args], { encoding: 'utf8', env })
      .trimEnd()
      .split('\n');
  };
  const wrapped = (args: readonly string[], linker: string): readonly string[] => [
    ...args,
    '-C',
    `linker=${at('linkers')}/${linker.replace(/^.*\//, '')}`,
    `real ${linker}`,
  ];

  it.each<readonly [readonly string[], string]>([
    [[], 'cc'],
    [['-Clinker=/x/zigcc'], '/x/zigcc'],
    [['-C', 'linker=/x/zig cc.sh'], '/x/zig cc.sh'],
    [['--codegen=linker=rust-lld'], 'rust-lld'],
    [['--codegen', 'linker=./own'], './own'],
    [['-Clinker=/x/first', '-C', 'opt-level=3', '-C', 'linker=/x/last'], '/x/last'],
    [['-C', 'linker-flavor=gcc', '-Clinker-plugin-lto'], 'cc'],
    [['--cfg', 'linker=no', 'linker=neither'], 'cc'],
    [['-Clinker=/x/a=b'], '/x/a=b'],
    [['src/main.rs', '', "it's $HOME *", '-Clinker=/x/ld'], '/x/ld'],
  ])('puts linker.sh before the linker of %j', (args, linker) => {
    expect(rustc(args)).toEqual(wrapped(args, linker));
    // Again, when the link is there.
    expect(rustc(args)).toEqual(wrapped(args, linker));
  });

  it.each<readonly [readonly string[], string]>([
    [[], ''],
    [['-C', 'lto'], 'fat'],
    [['-Clto=thin'], 'thin'],
    [['--codegen', 'lto=fat', '-C', 'embed-bitcode=no'], 'fat'],
    [['-C', 'lto=fat', '-C', 'lto=off'], 'off'],
    [['-C', 'linker-plugin-lto', '--cfg', 'lto', 'lto=thin'], ''],
  ])('writes down that the binary has begun, with the LTO of %j', (args, lto) => {
    rustc(args);
    expect(readFileSync(at('linkers.begun'), 'utf8')).toBe(`tiny ${lto}\n`);
  });

  it('links all the same where that cannot be written', () => {
    mkdirSync(at('linkers.begun'));
    expect(rustc(['-Clto=thin'])).toEqual(wrapped(['-Clto=thin'], 'cc'));
  });

  it('finds the linker in an argument file', () => {
    writeFileSync(at('args'), '--crate-name\ntiny\n-C\nlinker=/x/in file\n--codegen=lto=fat');
    expect(rustc([`@${at('args')}`])).toEqual(wrapped([`@${at('args')}`], '/x/in file'));
    expect(readFileSync(at('linkers.begun'), 'utf8')).toBe('tiny fat\n');
    writeFileSync(at('args'), '-Clinker=/x/last line');
    expect(rustc([`@${at('args')}`])).toEqual(wrapped([`@${at('args')}`], '/x/last line'));
  });

  it.each<Readonly<Record<string, string>>>([
    {},
    { CARGO_BIN_NAME: 'tiny' },
    { CARGO_PRIMARY_PACKAGE: '1' },
    { CARGO_BIN_NAME: '', CARGO_PRIMARY_PACKAGE: '1' },
  ])('leaves other calls alone: %j', (more) => {
    expect(rustc(['-C', 'linker=cc'], more)).toEqual(['-C', 'linker=cc', 'real none']);
    expect(existsSync(at('linkers.begun'))).toBe(false);
  });

  it('chains the wrapper that it displaces', () => {
    writeFileSync(at('their wrapper'), '#!/bin/sh\necho "chained $#"\nexec "$@"\n', { mode: 0o755 });
    const chained = { COLDGATE_CHAINED_WRAPPER: at('their wrapper') };
    expect(rustc(['-vV'], chained)).toEqual(['chained 2', '-vV', 'real none']);
    expect(rustc(['-vV'], { ...FINAL, ...chained })).toEqual(['chained 4', ...wrapped(['-vV'], 'cc')]);
  });

  it('goes on without a twin where no link can be made', () => {
    rmSync(at('linkers'), { recursive: true });
    expect(rustc(['-vV'])).toEqual(['-vV', 'real none']);
  });

  it('keeps the exit code', () => {
    writeFileSync(at('rustc'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    const env = { PATH: process.env.PATH, COLDGATE_LINKERS: at('linkers'), COLDGATE_LINK_SCRIPT: LINKER, ...FINAL };
    expect(spawnSync(shell, [WRAPPER, at('rustc')], { env }).status).toBe(101);
  });

  it('leads to linker.sh under the real name', () => {
    symlinkSync(at('my linker'), at('zigcc-x.sh'));
    rustc([`-Clinker=${at('zigcc-x.sh')}`]);
    const env = { PATH: process.env.PATH, COLDGATE_LINKER: at('zigcc-x.sh') };
    expect(spawnSync(at('linkers/zigcc-x.sh'), ['-s', '-o', at('out')], { env }).status).toBe(0);
    expect(existsSync(at('out.unstripped'))).toBe(true);
  });
});

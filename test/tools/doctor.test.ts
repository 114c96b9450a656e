import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/commands/doctor.ts';
import { type DoctorRow, renderDoctor } from '../../src/report/terminal/doctor.ts';
import { remedyFor } from '../../src/tools/programs.ts';
import { inspectTools } from '../../src/tools/toolbox.ts';
import { type Machine, machine } from './machine.ts';

const ROWS: readonly DoctorRow[] = [
  { name: 'Node', needed: '>= 20.15', found: { version: '24.21.0', path: '/opt/node/bin/node' }, state: 'ready', remedy: null },
  { name: 'cc', needed: 'any', found: null, state: 'missing', remedy: 'apt-get install gcc' },
  {
    name: 'python3 + venv',
    needed: 'any',
    found: { version: '3.12.3', path: '/usr/bin/python3' },
    state: 'missing',
    remedy: 'apt-get install python3-venv',
  },
  {
    name: 'cargo-lambda',
    needed: '>= 1.9, < 2',
    found: { version: '1.8.6', path: '/home/somebody/.local/share/cargo/installed/bin/cargo-lambda' },
    state: 'automatic',
    remedy: 'python3 -m pip install cargo-lambda==1.9.2',
  },
  { name: 'valgrind', needed: 'local init', found: null, state: 'optional', remedy: 'apt-get install valgrind' },
  { name: 'platform', needed: 'Linux or macOS', found: { version: 'linux-x64', path: 'everything' }, state: 'ready', remedy: null },
];

describe('renderDoctor', () => {
  it('reads as a table with the commands below', () => {
    expect(`\n${renderDoctor(ROWS, { columns: 80, colour: false })}`).toBe(`
tool            needed          status    version    found
Node            >= 20.15        ok        24.21.0    /opt/node/bin/node
cc              any             missing   -
python3 + venv  any             missing   3.12.3     /usr/bin/python3
cargo-lambda    >= 1.9, < 2     later     1.8.6      …installed/bin/cargo-lambda
valgrind        local init      optional  -
platform        Linux or macOS  ok        linux-x64  everything

Missing:
  cc              apt-get install gcc
  python3 + venv  apt-get install python3-venv

Installed by coldgate at the first check, unless you do it:
  cargo-lambda    python3 -m pip install cargo-lambda==1.9.2

Optional:
  valgrind        apt-get install valgrind
`);
  });

  it('says the same in colour', () => {
    const coloured = renderDoctor(ROWS, { columns: 80, colour: true });
    expect(coloured).toContain('\u001b[31mmissing ');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that starts a colour.
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(renderDoctor(ROWS, { columns: 80, colour: false }));
  });

  it('keeps the table within 80 columns, however long a path is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(\/[a-z-]{1,40}){1,12}$/), (path) => {
        const rows = ROWS.map((row) => (row.found === null ? row : { ...row, found: { ...row.found, path } }));
        const [table = ''] = renderDoctor(rows, { columns: 80, colour: false }).split('\n\n');
        for (const line of table.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
      }),
    );
  });
});

describe('doctor', () => {
  const look = (on: Machine): ReturnType<typeof diagnose> => diagnose({ home: on.home, cwd: on.root, env: on.env });

  it('is content with tools that coldgate would bring, when python3 can bring them', async () => {
    await using on = await machine();
    await on.link('python3');
    on.env.PATH = `${on.env.PATH}:/usr/bin:/bin`;
    const { statuses, ok } = await look(on);
    expect(statuses.map(({ name, state }) => `${name}: ${state}`).slice(0, 9)).toEqual([
      'Node: ready',
      'git: ready',
      'rustc: ready',
      'cargo: ready',
      'cc: ready',
      'python3 + venv: ready',
      'cargo-lambda: automatic',
      'zig: automatic',
      'cargo-bloat: automatic',
    ]);
    expect(ok).toBe(true);
  });

  it('knows which git is too old', async () => {
    await using on = await machine({ without: ['git'] });
    const git = async (): Promise<unknown> => (await look(on)).statuses.find(({ name }) => name === 'git');
    await on.script('git', 'echo git version 2.30.2');
    expect(await git()).toMatchObject({ needed: '>= 2.30', found: { version: '2.30.2' }, state: 'ready', remedy: null });
    await on.script('git', 'echo git version 2.25.1');
    expect(await git()).toMatchObject({
      found: { version: '2.25.1' },
      state: 'missing',
      remedy: expect.stringMatching(/^install a newer one/),
    });
  });

  it('misses python3 only when something has to be installed with it', async () => {
    await using on = await machine();
    const python = async (): Promise<string | undefined> => (await look(on)).statuses.find(({ name }) => name.startsWith('python3'))?.state;
    expect(await python()).toBe('missing');
    await on.script('cargo-lambda', 'echo cargo-lambda 1.9.2');
    await on.script('zig', 'echo 0.15.2');
    expect(await python()).toBe('optional');
  });

  it('tells a python3 without venv from none', async () => {
    await using on = await machine();
    await on.script('python3', 'echo 3.12.3; case "$2" in *ensurepip*) exit 1;; esac');
    const { statuses, ok } = await look(on);
    const found = statuses.find(({ name }) => name === 'python3 + venv');
    expect(found).toMatchObject({
      found: { version: '3.12.3' },
      state: 'missing',
      remedy: remedyFor('venv', process.platform === 'darwin' ? 'darwin-x64' : 'linux-x64'),
    });
    expect(ok).toBe(false);
  });

  it('names what reads CPU time, and what is lost without it', async () => {
    await using on = await machine();
    const clock = async (): Promise<unknown> => (await look(on)).statuses.find(({ name }) => name === 'perl or python3');
    expect(await clock()).toMatchObject({ needed: 'init.cpu', found: null, state: 'optional' });
    if (process.platform === 'linux')
      expect(await clock()).toMatchObject({
        remedy: expect.stringMatching(/perl.* \(without one init\.cpu has only .* a limit on it is not checked\)$/),
      });
    const python = await on.script('python3', 'echo Python 3.12.3');
    expect(await clock()).toMatchObject({ found: { version: '3.12.3', path: python }, state: 'ready', remedy: null });
    const perl = await on.script('perl', 'exit 1');
    expect(await clock()).toMatchObject({ found: { path: python }, state: 'ready' });
    await on.script('perl', 'echo "This is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64-linux"');
    expect(await clock()).toMatchObject({ found: { version: '5.36.0', path: perl }, state: 'ready' });
  });

  it('shows one row on Windows: that it is refused', async () => {
    await using on = await machine();
    const rows = await inspectTools({ home: on.home, cwd: on.root, env: on.env, machine: { os: 'win32', cpu: 'x64' } });
    expect(rows).toEqual([
      {
        name: 'platform',
        needed: 'Linux or macOS',
        found: { version: 'win32-x64', path: null },
        state: 'missing',
        remedy: 'coldgate runs on Linux (everything) and macOS (sizes only), not on Windows: use WSL, or a Linux runner',
      },
    ]);
  });

  it('installs nothing', async () => {
    await using on = await machine();
    await look(on);
    await expect(on.left()).rejects.toThrow('ENOENT');
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/failures.ts';
import { parseLockfile } from '../../src/inspect/lockfile.ts';
import { CARGO } from '../rust.ts';

const REGISTRY = 'registry+https://github.com/rust-lang/crates.io-index';

interface Raw {
  readonly name: string;
  readonly version?: string;
  readonly source?: string | null;
  readonly dependencies?: readonly string[];
}

function lockText(packages: readonly Raw[], head = 'version = 4\n'): string {
  const tables = packages.map(({ name, version = '1.0.0', source = REGISTRY, dependencies = [] }) =>
    [
      '[[package]]',
      `name = ${JSON.stringify(name)}`,
      `version = ${JSON.stringify(version)}`,
      ...(source === null ? [] : [`source = ${JSON.stringify(source)}`, 'checksum = "00"']),
      `dependencies = ${JSON.stringify(dependencies)}`,
    ].join('\n'),
  );
  return `# generated\n${head}\n${tables.join('\n\n')}\n`;
}

describe('parseLockfile', () => {
  it('keeps the order and resolves all three forms of a dependency', () => {
    const git = 'git+https://example.com/two?branch=main';
    const lock = parseLockfile(
      lockText([
        { name: 'app', source: null, dependencies: ['one', 'two 1.0.0', `two 2.0.0 (${git})`, `two 2.0.0 (${REGISTRY})`] },
        { name: 'one' },
        { name: 'two' },
        { name: 'two', version: '2.0.0', source: `${git}#0123abc` },
        { name: 'two', version: '2.0.0' },
      ]),
      'Cargo.lock',
    );
    expect(lock.packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'app 1.0.0',
      'one 1.0.0',
      'two 1.0.0',
      'two 2.0.0',
      'two 2.0.0',
    ]);
    expect(lock.packages[0]).toEqual({ name: 'app', version: '1.0.0', source: null, dependencies: [1, 2, 3, 4] });
    expect(lock.packages[3]?.source).toBe(`${git}#0123abc`);
  });

  it('reads version 1: sources everywhere, checksums apart, the root apart', () => {
    const lock = parseLockfile(
      `[root]\nname = "app"\nversion = "0.1.0"\ndependencies = ["one 1.0.0 (${REGISTRY})"]\n${lockText([{ name: 'one' }], '')}\n[metadata]\n"checksum one 1.0.0 (${REGISTRY})" = "00"\n`,
      'Cargo.lock',
    );
    expect(lock.packages).toEqual([
      { name: 'app', version: '0.1.0', source: null, dependencies: [1] },
      { name: 'one', version: '1.0.0', source: REGISTRY, dependencies: [] },
    ]);
    expect(parseLockfile('', 'Cargo.lock')).toEqual({ packages: [] });
  });

  it('prefers a path where the source is left out', () => {
    const lock = parseLockfile(
      lockText([
        { name: 'app', source: null, dependencies: ['one 1.0.0', `one 1.0.0 (${REGISTRY})`] },
        { name: 'one', source: null },
        { name: 'one' },
      ]),
      'Cargo.lock',
    );
    expect(lock.packages[0]?.dependencies).toEqual([1, 2]);
  });

  it('refuses what is malformed, unknown or ambiguous, naming it', () => {
    const cases: readonly (readonly [string, string | RegExp])[] = [
      ['version = 4\n[[package', /^Cargo\.lock: not TOML \(/],
      ['version = 5\n', 'Cargo.lock: a Cargo.lock of version 5; this coldgate reads 1 to 4: update coldgate'],
      ['[[package]]\nname = "a"\n', 'Cargo.lock: not a Cargo.lock: package.0.version: '],
      ['package = 3\n', 'Cargo.lock: not a Cargo.lock: package: '],
      [lockText([{ name: 'a', dependencies: ['b'] }]), 'Cargo.lock: package "a 1.0.0" depends on "b", which is not in the file'],
      [lockText([{ name: 'a', dependencies: ['b 2.0.0'] }, { name: 'b' }]), 'depends on "b 2.0.0", which is not in the file'],
      [lockText([{ name: 'a', dependencies: ['b 1.0.0 x'] }, { name: 'b' }]), 'depends on "b 1.0.0 x", which is not in the file'],
      [
        lockText([{ name: 'a', dependencies: ['b'] }, { name: 'b' }, { name: 'b', version: '2.0.0' }]),
        'which 2 packages of the file may be',
      ],
      [lockText([{ name: 'a', dependencies: ['\u001b[2J'] }]), 'depends on "\\u001b[2J"'],
    ];
    for (const [text, message] of cases) {
      expect(() => parseLockfile(text, 'Cargo.lock')).toThrow(ToolError);
      expect(() => parseLockfile(text, 'Cargo.lock')).toThrow(message);
    }
  });

  it('reads what cargo writes', () => {
    const dir = mkdtempSync(join(tmpdir(), 'coldgate-lock-'));
    try {
      for (const [name, dependency] of [
        ['app', 'middle = { path = "../middle" }'],
        ['middle', 'leaf = { path = "../leaf" }'],
        ['leaf', ''],
      ]) {
        mkdirSync(join(dir, `${name}/src`), { recursive: true });
        writeFileSync(join(dir, `${name}/src/lib.rs`), '');
        writeFileSync(
          join(dir, `${name}/Cargo.toml`),
          `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n${dependency}\n`,
        );
      }
      execFileSync(CARGO, ['generate-lockfile', '--offline', '--manifest-path', join(dir, 'app/Cargo.toml')], { stdio: 'ignore' });
      const lock = parseLockfile(readFileSync(join(dir, 'app/Cargo.lock'), 'utf8'), 'Cargo.lock');
      expect(lock.packages.map(({ name, source, dependencies }) => [name, source, dependencies])).toEqual([
        ['app', null, [2]],
        ['leaf', null, []],
        ['middle', null, [1]],
      ]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('throws nothing but ToolErrors, whatever the text', () => {
    const pieces = fc.constantFrom(
      '[[package]]\n',
      'name = "a"\n',
      'version = "1"\n',
      'version = 4\n',
      'dependencies = ["a"]\n',
      '[',
      '"',
      '=',
      '{',
      '\0',
      '__proto__ = 1\n',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            parseLockfile(text, 'f');
          } catch (error) {
            if (!(error instanceof ToolError) || !error.message.startsWith('f: ')) throw error;
          }
        },
      ),
    );
  });

  it('takes back every graph it is given', () => {
    const graph = fc.integer({ min: 1, max: 12 }).chain((count) => {
      const indices = fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { maxLength: count });
      return fc.array(fc.record({ member: fc.boolean(), dependencies: indices }), { minLength: count, maxLength: count });
    });
    fc.assert(
      fc.property(graph, (nodes) => {
        const text = lockText(
          nodes.map(({ member, dependencies }, index) => ({
            name: `p${index}`,
            source: member ? null : REGISTRY,
            dependencies: dependencies.map((to) => `p${to}`),
          })),
        );
        const lock = parseLockfile(text, 'f');
        expect(lock.packages.map(({ dependencies }) => dependencies)).toEqual(nodes.map(({ dependencies }) => dependencies));
      }),
    );
  });
});

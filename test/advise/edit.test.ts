import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { applyEdits, editedFiles } from '../../src/advise/edit.ts';
import {
  type FeatureRemedy,
  featureRemedies,
  type Requirement,
  steps,
  upgradeRemedy,
  wantedPackages,
} from '../../src/core/advise/dependency-remedies.ts';
import { loadingRemedies } from '../../src/core/advise/loading-remedies.ts';
import { profileRemedies } from '../../src/core/advise/profile-remedies.ts';
import type { TomlEdit } from '../../src/core/advise/remedy.ts';

async function edited(text: string, edits: readonly TomlEdit[]): Promise<string> {
  return (await editedFiles(edits, async () => text)).get('Cargo.toml') ?? '';
}

const MANIFEST = `# ours
[package]
name = "a"   # aligned

[dependencies]
axum = { version = "0.8", features = [
  "json", # bodies
  "http2",
] }
serde = "1"	# a tab
log.version = "0.4"

[dependencies.tokio]
version = "1"
features = ["full"]

[target.'cfg(unix)'.dependencies]
libc = "0.2"
`;

function requirement(key: string, more: Partial<Requirement> = {}): Requirement {
  const own = { file: 'Cargo.toml', path: ['dependencies', key] };
  return {
    ...{ ...own, defaults: own, key, package: key, version: '1.0.0', features: [], usesDefaults: true, known: {}, published: true },
    ...more,
  };
}

const at = (key: string) => ({ file: 'Cargo.toml', path: ['package', 'metadata', 'lambda', 'build', key] });
const PLACES = { target: at('target'), compiler: at('compiler'), config: at('config') };

function remediesOf(...requirements: readonly Requirement[]): readonly FeatureRemedy[] {
  return wantedPackages(requirements).flatMap(featureRemedies);
}

function upgradeOf(one: Requirement, to: string): readonly TomlEdit[] {
  return wantedPackages([one]).flatMap((wanted) => upgradeRemedy(wanted, to).edits);
}

const setting = (name: string, value: string | number): TomlEdit => ({
  file: 'Cargo.toml',
  path: ['profile', 'release', name],
  change: () => value,
});

describe('an edit of a manifest', () => {
  it('begins a table of its own where there is none, and changes no other line', async () => {
    expect(await edited(MANIFEST, [setting('lto', 'fat')])).toBe(`${MANIFEST}\n[profile.release]\nlto = "fat"\n`);
    expect(await edited('', [setting('lto', 'fat')])).toBe('[profile.release]\nlto = "fat"\n');
    expect(await edited('[package]\nname = "a"', [setting('lto', 'fat')])).toBe(
      '[package]\nname = "a"\n\n[profile.release]\nlto = "fat"\n',
    );
    const crlf = MANIFEST.replaceAll('\n', '\r\n');
    expect((await edited(crlf, [setting('lto', 'fat')])).startsWith(crlf)).toBe(true);
  });

  it.each([
    ['serde', [], 'serde = { version = "1", default-features = false }\t# a tab'],
    ['log', [], 'log.default-features = false'],
    ['tokio', ['full'], 'version = "1"\nfeatures = ["full"]\ndefault-features = false'],
  ])('turns default features off however %s is written', async (key, features, expected) => {
    const known = { default: ['std'], std: [] };
    const [first] = remediesOf(requirement(key, { features, known }));
    const text = await edited(MANIFEST, first?.remedy.edits ?? []);
    expect(text.replaceAll(/[ \t]+#/g, ' #')).toContain(expected.replaceAll(/[ \t]+#/g, ' #'));
    const lines = (one: string): string[] => one.split('\n');
    expect(lines(MANIFEST).filter((line) => !lines(text).includes(line)).length).toBeLessThanOrEqual(1);
  });

  it('takes a feature out of a list of several lines, and keeps their comments', async () => {
    const remedies = remediesOf(requirement('axum', { features: ['json', 'http2'], usesDefaults: false }));
    const http2 = remedies.find(({ remedy }) => remedy.id === 'axum:http2');
    expect(http2?.remedy.behaviour).toContain('http2 (HTTP/2)');
    const text = await edited(MANIFEST, http2?.remedy.edits ?? []);
    expect(text).toContain('"json", # bodies');
    expect(text).not.toContain('http2');
  });

  it('parts a feature that is made of others, in any order and several at once', async () => {
    const known = { full: ['fs', 'net', 'rt'], fs: [], net: [], rt: [] };
    const remedies = remediesOf(requirement('tokio', { features: ['full'], usesDefaults: false, known }));
    expect(remedies.map(({ remedy, insteadOf }) => [remedy.id, insteadOf])).toEqual([
      ['tokio:full', null],
      ['tokio:full-fs', 'tokio:full'],
      ['tokio:full-net', 'tokio:full'],
      ['tokio:full-rt', 'tokio:full'],
    ]);
    const editsOf = (id: string): readonly TomlEdit[] => remedies.find(({ remedy }) => remedy.id === id)?.remedy.edits ?? [];
    const featuresIn = (text: string): unknown => parse(text).dependencies;
    for (const order of [
      ['tokio:full-fs', 'tokio:full-net'],
      ['tokio:full-net', 'tokio:full-fs'],
    ])
      expect(featuresIn(await edited(MANIFEST, order.flatMap(editsOf)))).toMatchObject({ tokio: { features: ['rt'] } });
  });

  it('leaves default features out one by one, and together', async () => {
    const known = { default: ['std', 'color', 'suggest'], std: [], color: [], suggest: [] };
    const remedies = remediesOf(requirement('serde', { known }));
    const editsOf = (id: string): readonly TomlEdit[] => remedies.find(({ remedy }) => remedy.id === id)?.remedy.edits ?? [];
    const both = [...editsOf('serde:default-features-color'), ...editsOf('serde:default-features-suggest')];
    expect(parse(await edited(MANIFEST, both)).dependencies).toMatchObject({
      serde: { version: '1', 'default-features': false, features: ['std'] },
    });
  });

  it('has one provider of cryptography take the other’s place, by default or by name', async () => {
    const known = { default: ['logging', 'aws_lc_rs', 'tls12'], logging: [], tls12: [], aws_lc_rs: [], ring: [] };
    const swaps = (more: Partial<Requirement>) =>
      remediesOf(requirement('rustls', { known, ...more })).flatMap(({ remedy, nothingNew }) =>
        remedy.id.includes('=') ? [{ remedy, nothingNew }] : [],
      );
    const [byDefault] = swaps({});
    expect(byDefault).toMatchObject({ remedy: { title: 'rustls: ring for aws_lc_rs' }, nothingNew: false });
    const manifest = '[dependencies]\nrustls = "0.23"\n';
    const table = async (text: string, edits: readonly TomlEdit[]): Promise<unknown> => parse(await edited(text, edits)).dependencies;
    const edits = byDefault?.remedy.edits ?? [];
    for (const twice of [edits, [...edits, ...edits]])
      expect(await table(manifest, twice)).toEqual({
        rustls: { version: '0.23', 'default-features': false, features: ['logging', 'ring', 'tls12'] },
      });
    expect(byDefault?.remedy.slots).toContain('rustls:default-features');
    // The larger one only where it is linked anyway.
    const [byName] = swaps({ usesDefaults: false, features: ['ring', 'tls12'] });
    expect(byName).toMatchObject({ remedy: { title: 'rustls: aws_lc_rs for ring' }, nothingNew: true });
    expect(
      await table(
        '[dependencies]\nrustls = { version = "0.23", default-features = false, features = ["ring", "tls12"] }\n',
        byName?.remedy.edits ?? [],
      ),
    ).toEqual({ rustls: { version: '0.23', 'default-features': false, features: ['aws_lc_rs', 'tls12'] } });
    // Who asks for both has chosen; what `default` does beside features cannot be written out; an older release has no such feature.
    expect(swaps({ features: ['ring'] })).toEqual([]);
    expect(swaps({ known: { ...known, default: ['aws_lc_rs', 'dep:log'] } })).toEqual([]);
    expect(swaps({ known: { default: ['aws_lc_rs'], aws_lc_rs: [] } })).toEqual([]);
  });

  it('leaves out one default feature of an inherited dependency, and keeps what the workspace’s line names', async () => {
    const workspace = '[workspace]\nmembers = ["a"]\n\n[workspace.dependencies]\nserde = { version = "1", features = ["derive"] }\n';
    const inherited = {
      ...{ file: 'a/Cargo.toml', defaults: { file: 'Cargo.toml', path: ['workspace', 'dependencies', 'serde'] } },
      ...{ features: ['derive'], known: { default: ['std', 'color', 'suggest'], derive: [], std: [], color: [], suggest: [] } },
    };
    const remedies = remediesOf(requirement('serde', inherited), requirement('serde', { ...inherited, file: 'b/Cargo.toml' }));
    const taken = async (...ids: readonly string[]): Promise<unknown> => {
      const edits = ids.flatMap((id) => remedies.find(({ remedy }) => remedy.id === id)?.remedy.edits ?? []);
      const texts = await editedFiles(edits, async (file) =>
        file === 'Cargo.toml' ? workspace : '[dependencies]\nserde.workspace = true\n',
      );
      for (const file of ['a/Cargo.toml', 'b/Cargo.toml']) expect(texts.get(file) ?? '').not.toContain('default-features');
      return parse(texts.get('Cargo.toml') ?? '').workspace;
    };
    const line = (...features: readonly string[]): object => ({
      dependencies: { serde: { version: '1', features, 'default-features': false } },
    });
    expect(await taken('serde:default-features-color')).toMatchObject(line('derive', 'std', 'suggest'));
    expect(await taken('serde:default-features-color', 'serde:default-features-suggest')).toMatchObject(line('derive', 'std'));
    const [first] = remedies;
    expect(first?.remedy.behaviour).toContain('for every package that inherits it from the workspace');
    // One that only the workspace's line names.
    const without = remedies.find(({ remedy }) => remedy.id === 'serde:derive')?.remedy.edits ?? [];
    expect(
      parse(
        await edited(
          workspace,
          without.filter(({ file }) => file === 'Cargo.toml'),
        ),
      ).workspace,
    ).toMatchObject({
      dependencies: { serde: { version: '1' } },
    });
  });

  it('is of every manifest that asks for the package: cargo joins their features', async () => {
    const known = { default: ['std'], std: [], json: [] };
    const ask = (file: string, more: Partial<Requirement>): Requirement =>
      requirement('axum', { known, file, defaults: { file, path: ['dependencies', 'axum'] }, ...more });
    const lines = [ask('a/Cargo.toml', { features: ['json'] }), ask('b/Cargo.toml', {}), ask('c/Cargo.toml', { usesDefaults: false })];
    const files = remediesOf(...lines).map(({ remedy }) => [remedy.id, remedy.edits.map(({ file }) => file)]);
    expect(files).toEqual([
      ['axum:default-features', ['a/Cargo.toml', 'b/Cargo.toml']],
      ['axum:json', ['a/Cargo.toml']],
    ]);
  });

  it('asks the registry where a feature is turned on alone: its package may be nowhere on this machine', () => {
    const known = { default: ['json'], json: [], 'rustls-tls-native-roots': [], 'rustls-tls-webpki-roots': [] };
    const remedies = remediesOf(requirement('reqwest', { known, features: ['rustls-tls-native-roots'] }));
    expect(remedies.map(({ remedy, brings }) => [remedy.id, brings])).toEqual([
      ['reqwest:default-features', false],
      ['reqwest:rustls-tls-native-roots', false],
      ['reqwest:rustls-tls-native-roots=rustls-tls-webpki-roots', true],
    ]);
  });

  it('names the version where two packages are called the same', () => {
    const known = { default: ['std'], std: [] };
    const two = [requirement('rand', { known, version: '0.8.5' }), requirement('rand', { known, version: '0.7.3', file: 'b/Cargo.toml' })];
    expect(remediesOf(...two).map(({ remedy }) => remedy.title)).toEqual([
      'rand@0.8.5: default-features = false',
      'rand@0.7.3: default-features = false',
    ]);
    const [, older] = wantedPackages(two);
    expect(older === undefined ? null : upgradeRemedy(older, '0.8')).toMatchObject({ title: 'rand 0.7.3 → 0.8' });
  });

  it('raises a version where it is written', async () => {
    const edits = upgradeOf(requirement('serde'), '2');
    expect(await edited(MANIFEST, edits)).toContain('serde = "2"');
    const inherited = { defaults: { file: 'Cargo.toml', path: ['workspace', 'dependencies', 'serde'] } };
    expect(upgradeOf(requirement('serde', inherited), '2')[0]?.path).toEqual(['workspace', 'dependencies', 'serde']);
  });

  it('adds flags for cargo lambda beside those that are there, once', async () => {
    const head = { arch: 'x86_64', places: PLACES, dynamic: true, fixed: false, needed: ['libdl.so.2'], math: [], glibc: '2.34' } as const;
    const edits = loadingRemedies(head).flatMap((one) => (one.id === 'crt-static' ? [] : one.edits));
    const before = '[package]\nname = "a"\n\n[package.metadata.lambda.build]\nconfig = ["net.retry=3"]\n';
    expect(parse(await edited(before, [...edits, ...edits])).package).toMatchObject({
      metadata: {
        lambda: {
          build: {
            config: ['net.retry=3', 'build.rustflags=["-C","relocation-model=static"]'],
            target: ['x86_64-unknown-linux-gnu.2.34'],
          },
        },
      },
    });
    expect(loadingRemedies({ ...head, dynamic: false })).toEqual([]);
    expect(loadingRemedies({ ...head, glibc: '2.26' }).some(({ id }) => id === 'glibc=2.34')).toBe(false);
  });

  it('names a library of mathematics that is loaded for a few functions, as no setting', () => {
    const head = { arch: 'x86_64', places: PLACES, dynamic: true, fixed: true, needed: ['libm.so.6'], glibc: '2.34' } as const;
    const named = (math: readonly string[]) => loadingRemedies({ ...head, math }).find(({ id }) => id === 'libm');
    expect(named(['pow', 'exp'])).toMatchObject({
      title: 'no libm.so.6 (loaded for pow, exp alone)',
      edits: [],
      refused: expect.any(String),
    });
    expect(named([])).toBeUndefined();
    expect(named(['pow', 'exp', 'log', 'sin'])).toBeUndefined();
  });

  it('goes to the file that a link leads to, and never to one out of the folder', async () => {
    const place = await realpath(await mkdtemp(join(tmpdir(), 'coldgate-edit-')));
    try {
      const folder = join(place, 'checkout');
      await mkdir(join(folder, 'real'), { recursive: true });
      for (const path of ['theirs.toml', 'checkout/real/Cargo.toml']) await writeFile(join(place, path), '[package]\n');
      await symlink('real', join(folder, 'fn'));
      const within = await applyEdits([{ ...setting('lto', 'fat'), file: 'fn/Cargo.toml' }], folder);
      expect([...within.keys()]).toEqual(['real/Cargo.toml']);
      expect(await readFile(join(folder, 'real/Cargo.toml'), 'utf8')).toContain('lto = "fat"');
      for (const to of [join(place, 'theirs.toml'), '../theirs.toml']) {
        await symlink(to, join(folder, 'Cargo.toml'));
        await expect(applyEdits([setting('lto', 'fat')], folder)).rejects.toThrow('Cargo.toml is a link out of the repository');
        await rm(join(folder, 'Cargo.toml'));
      }
      await symlink(place, join(folder, 'up'));
      await expect(applyEdits([{ ...setting('lto', 'fat'), file: 'up/new.toml' }], folder)).rejects.toThrow('is a link out');
      expect(await readFile(join(place, 'theirs.toml'), 'utf8')).toBe('[package]\n');
      expect(await readdir(place)).toEqual(['checkout', 'theirs.toml']);
    } finally {
      await rm(place, { recursive: true });
    }
  });

  it('is refused in a file that is no TOML, and by what cannot be written', async () => {
    await expect(edited('[package\nname = ', [setting('lto', 'fat')])).rejects.toThrow('Cargo.toml cannot be edited');
    await expect(edited('profile = 3\n', [setting('lto', 'fat')])).rejects.toThrow('Cargo.toml cannot be edited');
  });

  it('says what was meant, and nothing else, whatever else the manifest holds', async () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/).filter((name) => name !== 'profile');
    const value = fc.oneof(
      fc.integer({ min: -99, max: 99 }),
      fc.boolean(),
      fc.constantFrom('"text"', '"#"', "'[x]'", '[1, 2]', '{ a = 1 }'),
    );
    const table = fc.dictionary(key, value, { maxKeys: 5 });
    const manifests = fc.dictionary(key, table, { maxKeys: 5 });
    await fc.assert(
      fc.asyncProperty(
        manifests,
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', ' # note', '\t# note'),
        async (tables, end, comment) => {
          const text = Object.entries(tables)
            .flatMap(([name, rows]) => [
              `[${name}]${comment}`,
              ...Object.entries(rows).map(([row, one]) => `${row} = ${String(one)}${comment}`),
              '',
            ])
            .join(end);
          const after = await edited(text, [setting('codegen-units', 1), setting('lto', 'fat')]);
          expect(parse(after)).toEqual({ ...parse(text), profile: { release: { 'codegen-units': 1, lto: 'fat' } } });
          for (const line of text.split(end)) expect(after.split(/\r?\n/)).toContain(line);
        },
      ),
    );
  });
});

describe('the closed list', () => {
  it('has no setting that the build has already, and no way back', () => {
    const of = (lto: string | boolean, level: string | number): string[] =>
      profileRemedies(
        'release',
        [
          { setting: 'lto', value: lto },
          { setting: 'opt-level', value: level },
        ],
        'Cargo.toml',
      ).map(({ id }) => id);
    expect(of('thin', 3)).toEqual(['opt-level=z', 'opt-level=s', 'lto=fat']);
    expect(of('fat', 'z')).toEqual(['opt-level=s']);
    expect(of(true, 's')).toEqual(['opt-level=z']);
    expect(of(false, 0)).toEqual(['opt-level=z', 'opt-level=s', 'lto=fat', 'lto=thin', 'opt-level=3']);
    expect(profileRemedies('release', [], 'Cargo.toml')).toEqual([]);
  });

  it.each([
    ['0.11.27', '0.13.5', ['0.12', '0.13']],
    ['1.9.0', '3.0.0', ['2', '3']],
    ['0.8.1', '1.2.0', ['1']],
    ['2.0.0', '2.1.0', []],
    ['0.1.0', '0.9.0', ['0.2', '0.3', '0.4']],
    ['1.0.0-rc.1', '1.0.0', []],
    ['x', 'y', []],
  ])('from %s to %s tries %j', (version, newest, expected) => {
    expect(steps(version, newest)).toEqual(expected);
  });
});

import { describe, expect, test } from 'vitest';
import { affectedPackages, type Change } from '../../src/cargo/affected.ts';
import type { PathPackage } from '../../src/cargo/path-packages.ts';
import type { Sources } from '../../src/cargo/sources.ts';

const one = (folder: string, dependsOn: readonly string[] = [], more: Partial<PathPackage> = {}): PathPackage => ({
  ...{ name: folder.slice(folder.lastIndexOf('/') + 1), folder: `/top/${folder}`, roots: [`/top/${folder}/src/main.rs`] },
  dependsOn: dependsOn.map((name) => `/top/${name}`),
  ...{ hasBuildScript: false, runsMacros: false, looksAbove: false, readsDocuments: false, readsCi: false, asksGit: false },
  ...more,
});
const PACKAGES = [one('shared'), one('models', ['shared']), one('fn/orders', ['models']), one('fn/returns', ['shared']), one('fn/health')];

const MANIFESTS = PACKAGES.map(({ folder }) => `${folder.slice('/top/'.length)}/Cargo.toml`);
const MANIFEST = '[package]\nname = "health"\nversion = "0.1.0"\n[dependencies]\nserde = "1"\n';
const changeOf = (files: readonly string[], more: Partial<Change> = {}): Change => ({
  ...{ files, base: PACKAGES, head: PACKAGES, top: '/top', lockfile: 'Cargo.lock', rootManifest: 'Cargo.toml', manifests: MANIFESTS },
  ...{ packs: [], lockedElse: () => false, including: new Map(), linked: new Set(), manifest: () => ({ base: MANIFEST, head: MANIFEST }) },
  ...more,
});
const reach = (files: readonly string[], more: Partial<Change> = {}, sources: Sources | null = null): string => {
  const affected = affectedPackages(changeOf(files, more), sources);
  return affected.kind === 'all' ? `all: ${affected.reason}` : [...affected.packages.keys()].toSorted().join(' ');
};

describe('which packages a change can reach', () => {
  test.each([
    [['README.md', 'docs/a.png', '.github/workflows/ci.yml', 'fn/health/CHANGELOG.md'], ''],
    [['fn/health/src/main.rs'], 'health'],
    [['fn/orders/src/main.rs', 'fn/returns/data.json'], 'orders returns'],
    [['models/src/lib.rs'], 'models orders'],
    [['shared/src/lib.rs'], 'models orders returns shared'],
    [['template.yaml'], 'all: template.yaml lies in no package and is neither documentation nor CI'],
    [['rust-toolchain.toml'], 'all: rust-toolchain.toml changed'],
    [['fn/health/.cargo/config.toml'], 'all: fn/health/.cargo/config.toml changed'],
    [['fn/health/Cargo.lock'], 'health'],
    [['fn/health/data/Cargo.lock'], 'health'],
  ])('%j', (files, expected) => {
    expect(reach(files)).toBe(expected);
  });

  test.each([
    ['fn/health/data.json', ['other.txt'], 'all'],
    ['fn/health/src/main.rs', ['data.json'], 'health'],
    ['fn/health/src/main.rs', ['templates'], 'health'],
    ['fn/health/src/main.rs', ['src'], 'all'],
    ['fn/health/src/snippet.rs', ['../health/src/snippet.rs'], 'all'],
    ['fn/health/src/main.rs', ['../..'], 'all'],
    ['fn/health/src/main.rs', ['./'], 'all'],
    ['fn/health/src/main.rs', ['**/*.rs'], 'all'],
    ['fn/health/Cargo.toml', ['Cargo.toml'], 'all'],
  ])('%s, where %j is packed', (path, packs, expected) => {
    expect(reach([path], { packs }).replace(/^all: .*/, 'all')).toBe(expected);
  });

  test.each([
    ['limits and other metadata reach nobody', `${MANIFEST}[package.metadata.coldgate]\nlimits = ["zip: 5 MB"]\n`, ''],
    ['a comment too', `# once\n${MANIFEST}`, ''],
    ['the version is the package’s own', MANIFEST.replace('0.1.0', '0.2.0'), 'health'],
    ['what cargo lambda reads', `${MANIFEST}[package.metadata.lambda.build]\ninclude = ["a"]\n`, 'all'],
    ['the edition, which is the resolver’s too', `${MANIFEST.replace('[dependencies]', 'edition = "2024"\n[dependencies]')}`, 'all'],
    ['a dependency or its features', MANIFEST.replace('"1"', '{ version = "1", features = ["rc"] }'), 'all'],
    ['what is no TOML', `${MANIFEST}=`, 'all'],
    ['a profile', `${MANIFEST}[profile.release]\nlto = "fat"\n`, 'all'],
  ])('a manifest: %s', (_, head, expected) => {
    const reached = reach(['fn/health/Cargo.toml'], { manifest: () => ({ base: MANIFEST, head }) });
    expect(reached.replace(/^all: .*/, 'all')).toBe(expected);
  });

  test('the lock file reaches whose locked packages are others, and build scripts', () => {
    const packages = [...PACKAGES, one('script', [], { hasBuildScript: true })];
    const more = { base: packages, head: packages, lockedElse: (name: string) => name === 'returns' };
    expect(reach(['Cargo.lock'], more)).toBe('returns script');
  });

  test('build scripts and macros may read what is no Rust source; whoever asks git sees every commit', () => {
    const packages = [
      ...PACKAGES,
      one('script', [], { hasBuildScript: true }),
      one('macros', [], { runsMacros: true }),
      one('git', [], { asksGit: true }),
    ];
    const more = { base: packages, head: packages };
    expect(reach(['fn/health/src/main.rs'], more)).toBe('git health');
    expect(reach(['fn/health/x.sql'], more)).toBe('git health macros script');
    expect(reach(['script/README.md'], more)).toBe('git script');
    expect(reach([], more)).toBe('git');
  });

  test('a file that a source elsewhere includes, documentation or another package’s', () => {
    const including = new Map([
      ['fn/returns/src/help.rs', 'include_str!("../../README.md")'],
      ['fn/health/src/main.rs', '#[path = "../../orders/src/util.rs"]\nmod util;'],
    ]);
    // What lies behind a module from elsewhere may name it too.
    expect(reach(['README.md'], { including })).toBe('health returns');
    expect(reach(['README.md'], { including: new Map([...including].slice(0, 1)) })).toBe('returns');
    expect(reach(['fn/orders/src/util.rs'], { including })).toBe('health orders');
    expect(reach(['README.md'], { including: new Map([['tools/x.rs', 'README.md']]) })).toMatch(/^all/);
  });

  test('a folder with a manifest of its own is no part of the package around it; attributes and submodules reach all', () => {
    const packages = [...PACKAGES, one('')];
    const more = { base: packages, head: packages, manifests: [...MANIFESTS, 'vendored/far/Cargo.toml', 'Cargo.toml'] };
    expect(reach(['template.yaml'], more)).toBe('');
    expect(reach(['vendored/far/src/lib.rs'], more)).toMatch(/^all: vendored\/far\/src\/lib.rs lies in no package/);
    expect(reach(['.gitattributes'], more)).toMatch(/^all/);
    expect(reach(['vendored/module/.'], more)).toMatch(/^all: the submodule vendored\/module stands at another commit/);
  });

  test('a folder that a source takes whole, a CI file that it names, the configuration of cargo lambda', () => {
    const including = new Map([['fn/returns/src/help.rs', 'include_str!(concat!("../../../docs/", $name, ".md"))']]);
    expect(reach(['docs/intro.md'], { including })).toBe('returns');
    const owners = new Map([['fn/health/src/main.rs', 'include_str!("../../../.github/CODEOWNERS")']]);
    expect(reach(['.github/CODEOWNERS'], { including: owners })).toBe('health');
    expect(reach(['Cargo.lock'], { including: new Map([['fn/health/src/main.rs', '"../../../Cargo.lock"']]) })).toBe('health');
    expect(reach(['fn/health/CargoLambda.toml'])).toMatch(/^all/);
  });

  test('documents where a build script or macro reads them; metadata where one may', () => {
    const packages = [
      ...PACKAGES,
      one('script', [], { hasBuildScript: true, readsDocuments: true }),
      one('macros', [], { runsMacros: true }),
    ];
    const more = { base: packages, head: packages };
    expect(reach(['docs/guide.md'], more)).toBe('script');
    for (const path of ['clippy.toml', '.github/x.json', 'buildspec.yml', 'CODEOWNERS', '.gitignore']) {
      expect(reach([`script/${path}`], more)).toBe('script');
      expect(reach([`macros/${path}`], more)).toBe('macros');
      expect(reach([`fn/health/${path}`], more)).toBe('');
    }
    const packs = packages.map((each) => (each.name === 'script' ? { ...each, readsCi: true } : each));
    expect(reach(['.github/x.json'], { base: packs, head: packs })).toBe('script');
    const limits = { manifest: () => ({ base: MANIFEST, head: `${MANIFEST}[package.metadata.mine]\na = 1\n` }) };
    expect(reach(['macros/Cargo.toml'], { ...more, ...limits })).toBe('macros');
    expect(reach(['fn/health/Cargo.toml'], { ...more, ...limits })).toBe('');
    expect(reach(['Cargo.toml'], { ...more, ...limits, base: [...packages, one('')], head: [...packages, one('')] })).toBe('macros script');
  });

  test('a CI folder’s Rust is Rust; a file that cargo’s configuration names is every build’s', () => {
    const packages = [...PACKAGES, one('')];
    const more = { base: packages, head: packages, manifests: [...MANIFESTS, 'Cargo.toml'] };
    expect(reach(['.github/gen/table.rs'], more)).toBe('');
    expect(reach(['fn/health/.github/gen/table.rs'], more)).toBe('health');
    const including = new Map([['.cargo/config.toml', '[target.x]\nlinker = "tools/ld.sh"\n[alias]\ndocs = "doc"\n']]);
    expect(reach(['tools/ld.sh'], { ...more, including })).toBe('all: tools/ld.sh is named by .cargo/config.toml');
    expect(reach(['docs/how.md', 'tools/other.sh'], { ...more, including })).toBe('');
  });

  test('what a package was compiled from reaches it, wherever it lies, documents too', () => {
    const sources = { health: ['fn/health/src/main.rs', 'fn/orders/src/deep/util.rs', '.github/x.yml', 'README.md'], shared: ['gen/a.rs'] };
    expect(reach(['fn/orders/src/deep/util.rs'], {}, sources)).toBe('health orders');
    expect(reach(['.github/x.yml'], {}, sources)).toBe('health');
    expect(reach(['README.md'], {}, sources)).toBe('health');
    expect(reach(['CHANGELOG.md'], {}, sources)).toBe('');
    expect(reach(['fn/returns/src/main.rs'], {}, sources)).toBe('returns');
    const packages = [...PACKAGES, one('constructor'), one('__proto__')];
    expect(reach(['constructor/src/lib.rs'], { base: packages, head: packages }, sources)).toBe('constructor');
  });

  const util = '#[path = "../../orders/src/util.rs"]\nmod util;';
  test.each<readonly [string, string, string, string]>([
    ['a module by its path', 'fn/health/src/main.rs', util, 'health returns'],
    [
      'the same under a condition',
      'fn/health/src/main.rs',
      '#[cfg_attr(unix, path = "../../orders/src/util.rs")]\nmod util;',
      'health returns',
    ],
    ['an absolute one', 'fn/health/src/main.rs', '#[path = "/x/util.rs"]\nmod util;', 'health returns'],
    ['a source that is included, of any name', 'fn/health/src/main.rs', 'include!("../../orders/src/util.inc");', 'health returns'],
    ['one whose name is made of parts', 'fn/health/src/main.rs', 'include!(concat!("/x/", NAME));', 'health returns'],
    ['a macro’s own path', 'fn/health/src/main.rs', 'generate!({ path: "../../wit" });', 'health returns'],
    ['dots that are written as numbers', 'fn/health/src/main.rs', util.replaceAll('..', '\\x2e\\u{2e}'), 'health returns'],
    [
      'a slash that is written as a number',
      'fn/health/src/main.rs',
      '#[path\n= "..\\x2f..\\u{0_2_f}util.rs"]\nmod util;',
      'health returns',
    ],
    ['numbers where a path is given', 'fn/health/src/main.rs', '#[r#path\n= /* " */ "deep\\x2Futil.rs"]\nmod util;', 'health returns'],
    ['a path over two lines', 'fn/health/src/main.rs', '#[path =\n"..\\\n  /../orders/src/util.rs"]\nmod util;', 'health returns'],
    ['a source of its own that is no .rs', 'fn/health/src/main.rs', 'include!("gen.inc");', 'health returns'],
    ['a module that is no .rs', 'fn/health/src/main.rs', '#[path = "gen.in"]\nmod gen;', 'health returns'],
    ['by way of a folder, which may be a link', 'fn/health/src/main.rs', '#[path = "deep/../../src/util.rs"]\nmod util;', 'health returns'],
    ['what depends on such a one', 'shared/src/lib.rs', '#[path = "../../x/util.rs"]\nmod util;', 'models orders returns shared'],
    ['none: inside the package', 'fn/health/src/deep/x.rs', '#[path = "../util.rs"]\nmod util;', 'returns'],
    ['none: a source of its own', 'fn/health/src/main.rs', 'include!("gen.rs"); let dot = "\\x2e"; let path = 1;', 'returns'],
    ['none: a text, known by its name', 'fn/health/src/main.rs', 'include_str!("../../../shared/query.sql")', 'returns'],
    ['none: what the build makes', 'fn/health/src/main.rs', 'include!(concat!(env!("OUT_DIR"), "/gen.rs"));', 'returns'],
    ['none: paths of a web service', 'fn/health/src/main.rs', '#[get(path = "/health")] let path = "/x"; 0..10; [1..]', 'returns'],
  ])('without a build’s word any source reaches a package that takes one from elsewhere: %s', (_, path, text, expected) => {
    const including = new Map([[path, text]]);
    expect(reach(['fn/returns/src/deep/inner.rs'], { including })).toBe(expected);
    expect(reach(['docs/how.md', '.github/ci.yml'], { including })).toBe('');
    expect(reach(['fn/returns/src/deep/inner.rs'], { including }, {})).toBe('returns');
  });

  test('targets elsewhere, packages below a target’s folder, what lies behind a link', () => {
    const with_ = (more: Partial<PathPackage>): Partial<Change> => {
      const packages = PACKAGES.map((each) => (each.name === 'health' ? { ...each, ...more } : each));
      return { base: packages, head: packages };
    };
    const inner = ['fn/returns/src/deep/inner.rs'];
    expect(reach(inner, with_({ roots: ['/top/fn/returns/src/bin/health.rs'] }))).toBe('health returns');
    expect(reach(inner, with_({ roots: ['/top/tools/build.rs'] }))).toBe('health returns');
    expect(reach(inner, with_({ roots: ['/top/fn/health/src/main.in'] }))).toBe('health returns');
    expect(reach(inner, { manifests: [...MANIFESTS, 'fn/health/src/inner/Cargo.toml'] })).toBe('health returns');
    const linked = {
      including: new Map([['fn/health/src/a/b/c.rs', 'include_str!("../x")']]),
      linked: new Set(['fn/health/src/a/b/c.rs']),
    };
    expect(reach(inner, linked)).toBe('health returns');
    expect(reach(inner, { ...linked, linked: new Set() })).toBe('returns');
  });

  test('a package by a path outside the workspace hides what it reads: all', () => {
    const packages = [...PACKAGES, one('odd', ['outer'])];
    expect(reach([], { base: packages, head: packages })).toBe('all: odd depends on outer, which is no member of the workspace');
  });

  test('a build script that looks above its own folder is reached by any source', () => {
    const packages = [...PACKAGES, one('script', [], { hasBuildScript: true, looksAbove: true })];
    expect(reach(['fn/health/src/main.rs'], { base: packages, head: packages })).toBe('health script');
  });

  test('other packages or other paths between them: all', () => {
    expect(reach([], { head: [...PACKAGES, one('new')] })).toMatch(/^all/);
    expect(reach([], { head: PACKAGES.map((each) => (each.name === 'health' ? one('fn/health', ['shared']) : each)) })).toMatch(/^all/);
  });

  test('each says why', () => {
    const affected = affectedPackages(changeOf(['shared/src/lib.rs']), null);
    expect(affected.kind === 'some' ? Object.fromEntries(affected.packages) : null).toEqual({
      shared: 'shared/src/lib.rs',
      models: 'shared: shared/src/lib.rs',
      orders: 'models: shared: shared/src/lib.rs',
      returns: 'shared: shared/src/lib.rs',
    });
  });
});

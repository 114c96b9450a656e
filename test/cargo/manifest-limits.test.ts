import { describe, expect, test } from 'vitest';
import { limitsContradiction, limitsOfProject, parseManifestLimits } from '../../src/cargo/manifest-limits.ts';

const ROOT = parseManifestLimits('Cargo.toml', '[workspace]\nmembers = ["*"]\n[workspace.metadata.coldgate]\nlimits = ["zip: 5 MB"]\n');
const API = parseManifestLimits(
  'api/Cargo.toml',
  '[package]\nname = "api"\n[package.metadata]\ncoldgate = { limits = ["zip: 1 MB", "text: 1 MB"] }\n',
);
const LIB = parseManifestLimits('lib/Cargo.toml', '[package]\nname = "lib"\n[package.metadata.coldgate]\nlimits = ["zip: 9 MB"]\n');
const ELSEWHERE = parseManifestLimits('tools/Cargo.toml', '[workspace]\n[workspace.metadata.coldgate]\nlimits = ["none"]\n');
const ALL = [ROOT, API, LIB, ELSEWHERE];
const FUNCTIONS = [{ name: 'api', crate: 'api' }];

const ofRoot = { text: 'zip: 5 MB', package: null, file: 'Cargo.toml', line: 4 };
const ofApi = ['zip: 1 MB', 'text: 1 MB'].map((text) => ({ text, package: 'api', file: 'api/Cargo.toml', line: 4 }));

describe('limitsContradiction', () => {
  test('agrees with what the manifests say, whatever the order, and asks nothing of those without a function', () => {
    expect(limitsContradiction([...ofApi.toReversed(), ofRoot], ALL, FUNCTIONS)).toBeNull();
  });

  test.each([
    ["the package's", [ofRoot], /^api\/Cargo\.toml at base declares "zip: 1 MB", "text: 1 MB", and the artifact says no limits$/],
    ["the workspace's", ofApi, /^Cargo\.toml at base declares "zip: 5 MB", and the artifact says no limits$/],
    ['one of two', [ofRoot, ...ofApi.slice(1)], /the artifact says "text: 1 MB"$/],
    ["another package's name", [ofRoot, ...ofApi.map((limit) => ({ ...limit, package: 'apy' }))], /and the artifact says no limits$/],
    ['one too many', [ofRoot, ...ofApi, { ...ofRoot, text: 'none' }], /"zip: 5 MB", "none"$/],
  ])('%s missing or changed', (_, claimed, sentence) => {
    expect(limitsContradiction(claimed, ALL, FUNCTIONS)).toMatch(sentence);
  });

  test('a manifest that is no TOML declares nothing', () => {
    expect(parseManifestLimits('Cargo.toml', '[package')).toMatchObject({ package: null, own: [], workspace: [] });
  });

  test("a number that JavaScript cannot hold is some other tool's", () => {
    const text = `[package]\nname = "api"\n[package.metadata.ids]\nfirst = 9007199254740993\n[package.metadata.coldgate]\nlimits = ["zip: 1 MB"]\n`;
    expect(parseManifestLimits('Cargo.toml', text)).toMatchObject({ package: 'api', own: ['zip: 1 MB'] });
  });

  test('two packages of one name: which was measured is not to be told', () => {
    const copy = { ...API, file: 'old/Cargo.toml', own: ['zip: 2 MB'] };
    expect(limitsContradiction([ofRoot, ...ofApi], [...ALL, copy], FUNCTIONS)).toBeNull();
  });
});

describe('limitsOfProject', () => {
  test('are those of its workspace and of the members, with their lines', () => {
    const all = ['Cargo.toml', 'api/Cargo.toml', 'lib/Cargo.toml'];
    for (const file of all)
      expect(limitsOfProject(file, ALL)).toEqual([
        ofRoot,
        ...ofApi,
        { text: 'zip: 9 MB', package: 'lib', file: 'lib/Cargo.toml', line: 4 },
      ]);
    expect(limitsOfProject('tools/Cargo.toml', ALL)).toEqual([{ text: 'none', package: null, file: 'tools/Cargo.toml', line: 3 }]);
  });

  test('a folder that the workspace excludes is a project of its own', () => {
    const root = parseManifestLimits(
      'Cargo.toml',
      `[workspace]\nexclude = ["lib/"]\n[workspace.metadata.coldgate]\nlimits = ["zip: 5 MB"]\n`,
    );
    expect(limitsOfProject('lib/Cargo.toml', [root, API, LIB]).map(({ text }) => text)).toEqual(['zip: 9 MB']);
    expect(limitsOfProject('Cargo.toml', [root, API, LIB]).map(({ text }) => text)).toEqual(['zip: 5 MB', 'zip: 1 MB', 'text: 1 MB']);
  });
});

import { expect, it, test } from 'vitest';
import type { BaseReason } from '../../src/core/model/base.ts';
import type { BaseChoice } from '../../src/git/base.ts';
import { openingText } from '../../src/measure/opening.ts';

const commit = (letter: string) => ({ sha: letter.repeat(40), source: 'commit' as const, subject: 'x' });
const HEAD = { revision: commit('a'), changed: [] };
const TREE = { revision: { ...commit('a'), source: 'working-tree' as const }, changed: ['src/main.rs', 'Cargo.toml'] };
const base = (reason: BaseReason | null) => ({ kind: 'commit' as const, revision: commit('b'), reason });

it.each<readonly [BaseReason, string]>([
  [{ kind: 'merge-base', of: 'origin/main', among: 1 }, 'the merge base with origin/main'],
  [{ kind: 'merge-base', of: 'origin/main', among: 2 }, 'one of 2 merge bases with origin/main'],
  [{ kind: 'head', changed: ['src/main.rs'], files: 2 }, 'HEAD, from which this tree differs (src/main.rs and 1 more)'],
  [{ kind: 'parent', because: 'nothing-own', of: 'main' }, 'HEAD^1 (HEAD has no commit that main has not)'],
  [{ kind: 'parent', because: 'unrelated', of: 'main' }, 'HEAD^1 (HEAD has no commit in common with main)'],
  [{ kind: 'parent', because: 'no-default-branch', of: null }, 'HEAD^1 (no default branch is known here; --base names another)'],
])('a base that was found: %j', (reason, why) => {
  expect(openingText(HEAD, base(reason), { kind: 'default' })).toBe(`comparing head aaaaaaa with base bbbbbbb, ${why}`);
});

it.each<readonly [BaseChoice, string]>([
  [{ kind: 'named', name: 'v1', option: '--base' }, 'named by --base v1'],
  [{ kind: 'pull-request', checkedOut: 'a', headSha: 'a', baseSha: 'b' }, 'what the pull request is merged into'],
  [{ kind: 'commit', sha: 'b', defaultBranch: 'main' }, 'what was there before'],
  [{ kind: 'before', sha: 'b', defaultBranch: 'main' }, 'what was there before'],
  [{ kind: 'commit', sha: null, defaultBranch: 'main' }, 'the tip of main'],
  [{ kind: 'parent' }, 'the commit before'],
])('a base that was named, or is the event’s: %j', (choice, why) => {
  expect(openingText(HEAD, base(null), choice)).toBe(`comparing head aaaaaaa with base bbbbbbb, ${why}`);
});

test('a work tree, a base that is head, and none', () => {
  expect(openingText(TREE, base({ kind: 'merge-base', of: 'origin/main', among: 1 }), { kind: 'default' })).toBe(
    'comparing head aaaaaaa (working tree, 2 files changed) with base bbbbbbb, the merge base with origin/main',
  );
  // A note beside the sources.
  expect(openingText({ ...TREE, changed: [] }, base(null), { kind: 'parent' })).toMatch(/^comparing head aaaaaaa \(working tree\) with/);
  expect(openingText(HEAD, { ...base(null), revision: commit('a') }, { kind: 'named', name: 'HEAD', option: '--base' })).toBe(
    'comparing head aaaaaaa with itself, named by --base HEAD',
  );
  expect(openingText(HEAD, { kind: 'none', reason: 'this is the first commit' }, { kind: 'default' })).toBe(
    'measuring head aaaaaaa alone, there is no base: this is the first commit',
  );
});

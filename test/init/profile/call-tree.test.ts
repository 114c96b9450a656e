import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlameNode } from '../../../src/core/flame.ts';
import { callTree as callTreeOf } from '../../../src/init/profile/call-tree.ts';
import type { Profile } from '../../../src/init/profile/profile.ts';
import { anyProfile, aProfile, graphOf, recorded } from './profiles.ts';

function callTree(base: Profile | null, head: Profile): FlameNode {
  return callTreeOf(base === null ? null : graphOf(base), graphOf(head));
}

function at(tree: FlameNode, ...path: readonly string[]): FlameNode | undefined {
  return path.reduce<FlameNode | undefined>((node, name) => node?.children.find((child) => child.name === name), tree);
}

function all(node: FlameNode): readonly FlameNode[] {
  return [node, ...node.children.flatMap(all)];
}

const FRAME = 'std::sys::backtrace::__rust_begin_short_backtrace';
const MAIN = ['(below main)', '__libc_start_main@@GLIBC_2.34', '(below main)', 'main', FRAME, 'health::main'] as const;
const THREAD = [
  'start_thread',
  '<std::sys::thread::unix::Thread>::new::thread_start',
  'core::ops::function::FnOnce::call_once{{vtable.shim}}',
  FRAME,
] as const;

describe('the tree of a recorded init', () => {
  const tree = callTree(recorded('health'), recorded('health-regex'));

  it('has the totals, and each function where it was called', () => {
    expect(tree).toMatchObject({ name: 'all', crate: '', base: 482_902, head: 211_720_087 });
    expect(at(tree, ...MAIN)).toMatchObject({ crate: 'health', base: 66_720, head: 211_212_231 });
    const build = at(tree, ...MAIN, 'health::main::{{closure}}', 'regex::builders::string::RegexSetBuilder::build');
    expect(build).toMatchObject({ crate: 'regex', base: 0, head: 211_046_601 });
  });

  it('has threads beside main, although both run in the same std frame', () => {
    expect(at(tree, ...THREAD)).toMatchObject({ base: 13_524, head: 14_942 });
    expect(at(tree, ...THREAD, 'health::main')).toBeUndefined();
  });

  it('stays small', () => {
    expect(all(tree).length).toBeLessThan(500);
    expect(all(callTree(null, recorded('health'))).every(({ base }) => base === 0)).toBe(true);
  });
});

describe('a call tree', () => {
  it('shares a callee among its callers in proportion', () => {
    const profile = aProfile(
      [
        ['a::root', 0],
        ['a::left', 10],
        ['a::right', 10],
        ['a::shared', 0],
        ['a::leaf', 400],
      ],
      [
        ['a::root', 'a::left', 110],
        ['a::root', 'a::right', 310],
        ['a::left', 'a::shared', 100, 2],
        ['a::right', 'a::shared', 300, 2],
        ['a::shared', 'a::leaf', 400, 4],
      ],
    );
    const tree = callTree(profile, profile);
    expect(at(tree, 'a::root', 'a::left', 'a::shared', 'a::leaf')).toMatchObject({ base: 100, head: 100 });
    expect(at(tree, 'a::root', 'a::right', 'a::shared', 'a::leaf')).toMatchObject({ base: 300, head: 300 });
  });

  it('gives a single call to the only caller that can have paid for it', () => {
    const profile = aProfile(
      [
        ['a::root', 0],
        ['a::left', 0],
        ['a::right', 0],
        ['a::shared', 0],
        ['a::once', 300],
        ['a::often', 100],
      ],
      [
        ['a::root', 'a::left', 100],
        ['a::root', 'a::right', 300],
        ['a::left', 'a::shared', 100],
        ['a::right', 'a::shared', 300],
        ['a::shared', 'a::once', 300],
        ['a::shared', 'a::often', 100, 5],
      ],
    );
    const tree = callTree(null, profile);
    expect(at(tree, 'a::root', 'a::right', 'a::shared')?.children).toMatchObject([{ name: 'a::once', head: 300 }]);
    expect(at(tree, 'a::root', 'a::left', 'a::shared')?.children).toMatchObject([{ name: 'a::often', head: 100 }]);
  });

  it('cuts recursion', () => {
    const profile = aProfile(
      [
        ['a::even', 50],
        ['a::odd', 50],
      ],
      [
        ['a::even', 'a::odd', 90, 5],
        ['a::odd', 'a::even', 80, 4],
      ],
    );
    const nodes = all(callTree(null, profile));
    expect(nodes.length).toBeLessThanOrEqual(3);
  });

  it('joins by name what lies at other paths, and lists what is gone', () => {
    const base = aProfile([['a::old', 7, '/tmp/x/bootstrap']]);
    const head = aProfile([['a::new', 9, '/tmp/y/bootstrap']]);
    const { children } = callTree(base, head);
    expect(children).toMatchObject([
      { name: 'a::new', base: 0, head: 9 },
      { name: 'a::old', base: 7, head: 0 },
    ]);
  });

  it('has no more than 2,000 nodes', () => {
    // Ten levels of eight functions that all call all of the next: 8^10 paths.
    const functions = Array.from({ length: 80 }, (_, index) => [`a::f${index}`, 1_000] as const);
    const calls = Array.from({ length: 72 * 8 }, (_, index) => {
      const caller = Math.floor(index / 8);
      const level = Math.floor(caller / 8);
      return [`a::f${caller}`, `a::f${(level + 1) * 8 + (index % 8)}`, (9 - level) * 1_000, 3] as const;
    }).map(([caller, callee, cost, count]) => [caller, callee, cost / 8, count] as const);
    expect(all(callTree(null, aProfile(functions, calls))).length).toBeLessThanOrEqual(2_001);
  });

  it('never gives children more than their parent, whatever the profiles say', () => {
    fc.assert(
      fc.property(fc.option(anyProfile()), anyProfile(), (base, head) => {
        const tree = callTree(base, head);
        expect([tree.base, tree.head]).toEqual([base?.total ?? 0, head.total]);
        for (const node of all(tree)) {
          for (const side of ['base', 'head'] as const) {
            expect(node[side]).toSatisfy((value: number) => Number.isInteger(value) && value >= 0);
            expect(node.children.reduce((sum, child) => sum + child[side], 0)).toBeLessThanOrEqual(node[side]);
          }
          expect(new Set(node.children.map(({ crate, name }) => `${crate}\0${name}`)).size).toBe(node.children.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

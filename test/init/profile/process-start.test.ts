import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlameNode, PROCESS_START } from '../../../src/core/flame.ts';
import { callTree } from '../../../src/init/profile/call-tree.ts';
import { foldProcessStart } from '../../../src/init/profile/process-start.ts';
import { anyProfile, aProfile, graphOf, recorded } from './profiles.ts';

function folded(base: 'health' | null, head: 'health' | 'health-regex'): FlameNode {
  return foldProcessStart(callTree(base === null ? null : graphOf(recorded(base)), graphOf(recorded(head))));
}

function namesOf(nodes: readonly FlameNode[]): readonly string[] {
  return nodes.map(({ name }) => name);
}

/** Own cost of every function over the whole tree, by crate and name: folding moves nodes, and changes none of it. */
function ownCosts(tree: FlameNode): ReadonlyMap<string, number> {
  const costs = new Map<string, number>();
  const visit = (node: FlameNode): void => {
    const own = node.head - node.children.reduce((sum, { head }) => sum + head, 0);
    const key = `${node.crate} ${node.name}`;
    if (own > 0) costs.set(key, (costs.get(key) ?? 0) + own);
    node.children.forEach(visit);
  };
  visit(tree);
  return costs;
}

function everyNode(node: FlameNode): readonly FlameNode[] {
  return [node, ...node.children.flatMap(everyNode)];
}

describe('process start', () => {
  it('is one node beside the user’s main and the threads', () => {
    const tree = folded('health', 'health-regex');
    expect(namesOf(tree.children)).toEqual(['health::main', PROCESS_START, 'start_thread']);
    expect(tree).toMatchObject({ base: 482_902, head: 211_720_087 });
    expect(tree.children[0]).toMatchObject({ crate: 'health', base: 66_720, head: 211_212_231 });
    const start = tree.children[1];
    expect(start).toMatchObject({ crate: '', base: 273_394 + 188_663 - 66_720 + 642, head: 363_900 + 211_333_924 - 211_212_231 + 642 });
    expect(namesOf(start?.children ?? [])).toEqual(['_dl_start', '(below main)', '_dl_init']);
    expect(namesOf(everyNode(start ?? tree))).not.toContain('health::main');
  });

  it('moves costs and changes none', () => {
    const whole = callTree(null, graphOf(recorded('health-regex')));
    expect(ownCosts(foldProcessStart(whole))).toEqual(ownCosts(whole));
  });

  it('leaves the program’s constructors beside its main', () => {
    const profile = aProfile(
      [
        ['_dl_start', 10, '/lib64/ld-linux-x86-64.so.2'],
        ['(below main)', 1],
        ['__libc_start_main', 2, '/lib/libc.so.6'],
        ['main', 3],
        ['std::sys::backtrace::__rust_begin_short_backtrace', 1],
        ['app::main', 90],
        ['app::before_main', 40],
      ],
      [
        ['(below main)', '__libc_start_main', 136],
        ['__libc_start_main', 'app::before_main', 40],
        ['__libc_start_main', 'main', 94],
        ['main', 'std::sys::backtrace::__rust_begin_short_backtrace', 91],
        ['std::sys::backtrace::__rust_begin_short_backtrace', 'app::main', 90],
      ],
    );
    const tree = foldProcessStart(callTree(null, graphOf(profile)));
    expect(tree.children.map(({ name, head }) => [name, head])).toEqual([
      ['app::main', 90],
      ['app::before_main', 40],
      [PROCESS_START, 17],
    ]);
  });

  it('is the loader alone where no main is found by name', () => {
    const profile = aProfile(
      [
        ['_dl_start', 10, '/lib64/ld-linux-x86-64.so.2'],
        ['(below main)', 1],
        ['app::run', 90],
      ],
      [['(below main)', 'app::run', 90]],
    );
    expect(namesOf(foldProcessStart(callTree(null, graphOf(profile))).children)).toEqual(['(below main)', PROCESS_START]);
  });

  it.each([
    ['std’s frame, main having been inlined into it', 'std::rt::lang_start', 'std::sys::backtrace::__rust_begin_short_backtrace'],
    ['C’s main, in a program without std', '__libc_start_main', 'main'],
  ])('ends at %s', (_, caller, main) => {
    const profile = aProfile(
      [
        ['_start', 1],
        [caller, 9, '/lib/libc.so.6'],
        [main, 90],
      ],
      [
        ['_start', caller, 99],
        [caller, main, 90],
      ],
    );
    const tree = foldProcessStart(callTree(null, graphOf(profile)));
    expect(tree.children.map(({ name, head }) => [name, head])).toEqual([
      [main, 90],
      [PROCESS_START, 10],
    ]);
  });

  it('gathers the mains of both sides where the crate was renamed', () => {
    const named = (crate: string): ReturnType<typeof graphOf> =>
      graphOf(
        aProfile(
          [
            ['_start', 10],
            ['main', 1],
            [`${crate}::main`, 80],
          ],
          [
            ['_start', 'main', 81],
            ['main', `${crate}::main`, 80],
          ],
        ),
      );
    const tree = foldProcessStart(callTree(named('old'), named('new')));
    expect(tree.children.map(({ name, base, head }) => [name, base, head])).toEqual([
      ['new::main', 0, 80],
      [PROCESS_START, 11, 11],
      ['old::main', 80, 0],
    ]);
  });

  it.each([
    ['with its main', 'app::main', ['app::main', PROCESS_START]],
    ['without', 'app::run', ['[no symbol]']],
  ])('holds a loader that calls the program, %s', (_, called, roots) => {
    const profile = aProfile(
      [
        ['0x00000000000195f0', 5, '/lib64/ld-linux-x86-64.so.2'],
        ['_dl_start', 10, '/lib64/ld-linux-x86-64.so.2'],
        ['(below main)', 1],
        ['main', 1],
        [called, 90],
      ],
      [
        ['0x00000000000195f0', '_dl_start', 10],
        ['0x00000000000195f0', '(below main)', 92],
        ['(below main)', 'main', 91],
        ['main', called, 90],
      ],
    );
    // Without Rust's main C's is the user's, so the second program has none by any name.
    const tree = callTree(
      null,
      graphOf({
        ...profile,
        functions: profile.functions.map((one) => (called === 'app::run' && one.name === 'main' ? { ...one, name: 'start' } : one)),
      }),
    );
    expect(namesOf(foldProcessStart(tree).children)).toEqual(roots);
  });

  it('is not made up where there is none', () => {
    const tree = callTree(null, graphOf(aProfile([['app::run', 90]])));
    expect(foldProcessStart(tree)).toEqual(tree);
  });

  it('keeps the tree’s rules, whatever was profiled', () => {
    fc.assert(
      fc.property(anyProfile(), anyProfile(), (base, head) => {
        const whole = callTree(graphOf(base), graphOf(head));
        const tree = foldProcessStart(whole);
        expect(tree).toMatchObject({ base: whole.base, head: whole.head });
        for (const { base: most, head: all, children } of everyNode(tree)) {
          expect(most).toBeGreaterThanOrEqual(0);
          expect(children.reduce((sum, child) => sum + child.head, 0)).toBeLessThanOrEqual(all);
          expect(children.reduce((sum, child) => sum + child.base, 0)).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});

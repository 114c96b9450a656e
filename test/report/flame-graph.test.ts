import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlameNode } from '../../src/core/flame.ts';
import { callTree } from '../../src/init/profile/call-tree.ts';
import { renderFlameGraph } from '../../src/report/flame-graph.ts';
import { graphOf, recorded } from '../init/profile/profiles.ts';

const TITLE = { function: 'health', base: 'main 3f0c1a2', head: 'pull request 9b8d7e6' };

function node(name: string, base: number, head: number, children: readonly FlameNode[] = [], crate = 'app'): FlameNode {
  return { name, crate, base, head, children };
}

const SMALL = node(
  'all',
  400_000,
  500_000,
  [
    node('_dl_start', 210_000, 210_300, [node('dl_main', 200_000, 200_300, [], 'ld-linux-x86-64.so.2')], 'ld-linux-x86-64.so.2'),
    node('app::main', 150_000, 289_700, [
      node('app::tables', 0, 189_700),
      node('app::connect', 60_000, 90_000),
      node('app::read', 50_000, 9_000),
      node('app::old_cache', 38_000, 0),
    ]),
  ],
  '',
);

describe('a flame graph', () => {
  test('of a small init', async () => {
    await expect(renderFlameGraph(SMALL, TITLE)).toMatchFileSnapshot('../golden/flame-graph.svg');
  });

  test('without a base', async () => {
    await expect(renderFlameGraph(SMALL, { ...TITLE, base: null })).toMatchFileSnapshot('../golden/flame-graph-no-base.svg');
  });

  test('with hostile names', async () => {
    const hostile = node('all', 2, 3, [
      node('<script>alert("1")</script>', 1, 1),
      node('\'"><image href=x onerror=y>&amp;]]>\u202Etxt\u0000\u0007\uD800\uFFFE', 1, 1, [], '</title>'),
      node('\n'.repeat(50), 0, 1),
    ]);
    const svg = renderFlameGraph(hostile, { function: '</text><script>', base: '\u0000<!--', head: '<![CDATA[' });
    expect(tagsOf(svg)).toEqual(new Set(['svg', 'title', 'rect', 'text', 'g']));
    await expect(svg).toMatchFileSnapshot('../golden/flame-graph-hostile.svg');
  });

  test('of a recorded init is one file of moderate size', () => {
    const svg = renderFlameGraph(callTree(graphOf(recorded('health')), graphOf(recorded('health'))), TITLE);
    expect(svg.length).toBeLessThan(100_000);
    expect(svg).toContain('482,902 → 482,902 (no change) instructions to the first /next');
    expect(svg).toContain('health::main (health)');
    expect(svg).not.toMatch(/href|url\(|<script|<style|#fbd9d3" stroke="#ffffff"/);
  });

  test('says what is gone, and draws nothing for it', () => {
    const svg = renderFlameGraph(SMALL, TITLE);
    expect(svg).toContain('not drawn: 38,000 that head no longer calls there');
    expect(svg).not.toContain('old_cache');
  });

  test('of nothing is a header', () => {
    const svg = renderFlameGraph(node('all', 0, 0), { ...TITLE, base: null });
    expect(svg).not.toContain('<g>');
    expect(svg).not.toContain('NaN');
  });

  test('is well-formed, whatever the names', () => {
    const { tree } = fc.letrec<{ tree: FlameNode }>((tie) => ({
      tree: fc.record({
        name: fc.string({ unit: 'binary', maxLength: 30 }),
        crate: fc.string({ unit: 'binary', maxLength: 10 }),
        base: fc.nat(1_000),
        head: fc.nat(1_000),
        children: fc.oneof({ maxDepth: 4 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
      }),
    }));
    fc.assert(
      fc.property(tree, fc.string({ unit: 'binary' }), (any, name) => {
        const svg = renderFlameGraph(any, { function: name, base: name, head: name });
        expect(tagsOf(svg).has('g') || any.head === 0).toBe(true);
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to write them
        expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff\u202a-\u202e]|\p{Cs}/u);
      }),
    );
  });
});

/** Reads the subset of XML that is written; throws where tags do not pair, or `<` or `&` stands in text or attributes. */
function tagsOf(svg: string): ReadonlySet<string> {
  const names = new Set<string>();
  const open: string[] = [];
  const token = /<(\/?)([a-z]+)((?: [a-z-A-Z]+="[^"<&]*")*)(\/?)>|([^<&]|&(?:amp|lt|gt|quot|#39);)/uy;
  while (token.lastIndex < svg.length) {
    const at = token.lastIndex;
    const match = token.exec(svg);
    if (match === null) throw new Error(`not well-formed at ${at}: ${JSON.stringify(svg.slice(at, at + 60))}`);
    const [, closes, name, , empty] = match;
    if (name === undefined) continue;
    names.add(name);
    if (closes === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    } else if (empty !== '/') open.push(name);
  }
  if (open.length > 0) throw new Error(`left open: ${open.join(', ')}`);
  return names;
}

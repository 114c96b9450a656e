import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIRST_RESPONSE, type FlameNode, PROCESS_START } from '../../../src/core/flame.ts';
import { callTree } from '../../../src/init/profile/call-tree.ts';
import { type FlameTitle, type FlameViewer, renderFlameGraph as render } from '../../../src/report/flame-graph/flame-graph.ts';
import { graphOf, recorded } from '../../init/profile/profiles.ts';

const TITLE = { function: 'health', base: 'main 3f0c1a2', head: 'pull request 9b8d7e6' };

/** Goldens show what is drawn; the viewer's own text stands in its files. */
const VIEWER: FlameViewer = { script: 'view()', style: '.frame {}', policy: "default-src 'none'" };

function renderFlameGraph(tree: FlameNode, title: FlameTitle): string {
  return render(tree, title, VIEWER);
}

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
    await expect(renderFlameGraph(SMALL, TITLE)).toMatchFileSnapshot('../../golden/flame-graph.svg');
  });

  test('without a base', async () => {
    await expect(renderFlameGraph(SMALL, { ...TITLE, base: null })).toMatchFileSnapshot('../../golden/flame-graph-no-base.svg');
  });

  test('with hostile names', async () => {
    const hostile = node('all', 2, 3, [
      node('<script>alert("1")</script>', 1, 1),
      node('\'"><image href=x onerror=y>&amp;]]>\u202Etxt\u0000\u0007\uD800\uFFFE', 1, 1, [], '</title>'),
      node('\n'.repeat(50), 0, 1),
    ]);
    const svg = renderFlameGraph(hostile, { function: '</text><script>', base: '\u0000<!--', head: '<![CDATA[' });
    expect(tagsOf(svg)).toEqual(tagsOf(renderFlameGraph(SMALL, TITLE)));
    await expect(svg).toMatchFileSnapshot('../../golden/flame-graph-hostile.svg');
  });

  test('of a recorded init is one file of moderate size', () => {
    const svg = renderFlameGraph(callTree(graphOf(recorded('health')), graphOf(recorded('health'))), TITLE);
    expect(svg.length).toBeLessThan(150_000);
    expect(svg).toContain('482,902 → 482,902 (no change) instructions to the first');
    expect(svg).toContain('<title>health::main (health)\n66,720 → 66,720 (no change) instructions\n13.8 % of the whole</title>');
    expect(svg).not.toMatch(/href|src=|url\(|class="frame (?:grew|shrank)/);
  });

  test('has process start as one frame, what is in it being drawn but not shown', () => {
    const start = node(PROCESS_START, 0, 40, [node('_dl_start', 0, 30, [node('dl_main', 0, 30)])], '');
    const svg = renderFlameGraph(node('all', 0, 100, [node('app::main', 0, 60), start], ''), { ...TITLE, base: null });
    expect(svg).toMatch(
      /folded[^>]*><title>process start\n40 instructions\n40\.0 % of the whole<\/title>.*\n<g display="none"><g [^>]*><title>_dl_start/,
    );
    // Two rows: as high as what is shown.
    expect(svg).toContain('<svg id="graph" role="none" x="1%" y="124" width="98%" height="40"');
    expect(svg).not.toContain('>_dl_start</text>');
  });

  test('says so where the first response is a phase beside those of init', () => {
    const response = node(FIRST_RESPONSE, 10_000, 90_000, [node('app::handle', 10_000, 90_000)], '');
    const svg = renderFlameGraph({ ...SMALL, base: 410_000, head: 590_000, children: [...SMALL.children, response] }, TITLE);
    expect(svg).toContain('<title>Instructions of init and first response: health</title>');
    expect(svg).toContain('<h1>health: init and first response, main 3f0c1a2 → pull request 9b8d7e6</h1>');
    expect(svg).toContain('instructions to the first response</p>');
    expect(svg).toMatch(/<title>first response\n10,000 → 90,000, .* instructions\n/);
    expect(renderFlameGraph(SMALL, TITLE)).toContain('instructions to the first <code>/next</code>');
  });

  test('is not folded at a function that is called like it', () => {
    expect(renderFlameGraph(node('all', 1, 1, [node(PROCESS_START, 1, 1)], ''), TITLE)).not.toContain('folded');
  });

  test('gives frames of one function one number, and functions of one name in two crates two', () => {
    const tree = node('all', 0, 4, [node('f', 0, 2, [node('g', 0, 1)]), node('g', 0, 1), node('g', 0, 1, [], 'other')], '');
    const numbers = [...renderFlameGraph(tree, TITLE).matchAll(/data-function="(\d+)"/g)].map(([, number]) => number);
    expect(numbers).toEqual(['0', '1', '2', '2', '3']);
  });

  test('keeps a frame that is too thin to be seen', () => {
    const svg = renderFlameGraph(node('all', 0, 1e9, [node('app::large', 0, 1e9 - 1), node('app::thin', 0, 1)], ''), TITLE);
    expect(svg).toContain('<title>app::thin (app)\n0 → 1 (new) instructions\n&lt;0.01 % of the whole</title>');
    expect(svg).not.toContain('>app::thin</text>');
  });

  test('stays below 1 MB, whatever 2,000 functions are called', () => {
    const calls = Array.from({ length: 2_000 }, (_, place) => node(`${'"'.repeat(1_000)}${place}`, 9, 10, [], '"'.repeat(200)));
    const svg = renderFlameGraph(node('all', 18_000, 20_000, calls, ''), TITLE);
    expect(new TextEncoder().encode(svg).length).toBeLessThan(1_000_000);
    expect(svg.match(/class="frame/g)).toHaveLength(2_001);
  });

  test('says what is gone, and draws nothing for it', () => {
    const svg = renderFlameGraph(SMALL, TITLE);
    expect(svg).toContain('not drawn: 38,000 that head no longer calls there');
    expect(svg).not.toContain('old_cache');
  });

  test('of nothing is a head without a viewer', () => {
    const svg = renderFlameGraph(node('all', 0, 0), { ...TITLE, base: null });
    expect(svg).not.toMatch(/class="frame|NaN|<script/);
  });

  test('takes no viewer that would end its own element', () => {
    expect(() => render(SMALL, TITLE, { ...VIEWER, script: 'a[b[0]]>c' })).toThrow('"]]>" cannot stand');
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
        tagsOf(svg);
        expect(svg.includes('class="frame')).toBe(any.head > 0);
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
  const token =
    /<(\/?)([a-zA-Z][a-zA-Z\d]*)((?: [a-zA-Z:-]+="(?:[^"<&]|&(?:amp|lt|gt|quot|#39);)*")*)(\/?)>|<!\[CDATA\[.*?\]\]>|[^<&]|&(?:amp|lt|gt|quot|#39);/suy;
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

import { expect, test } from 'vitest';
import type { Outcome } from '../../../src/core/model/outcome.ts';
import { bytes } from '../../../src/core/units.ts';
import { addressText, parseAddress } from '../../../src/report/page/address.ts';
import type { PageData } from '../../../src/report/page/data.ts';
import type { PageInput } from '../../../src/report/page/input.ts';
import { type PageViewer, renderPage } from '../../../src/report/page/page.ts';
import { pageOfLegs } from '../../../src/report/page/page-of.ts';
import { decodeBoxes } from '../../../src/report/page/wire-boxes.ts';
import { aBaseSnapshot, aFunction, aSnapshot, aSymbol } from '../../core/builders.ts';
import { boxAt } from '../../core/package-tree/sums.ts';
import { coldStartRegression } from '../cold-start-outcomes.ts';
import { initBroken, initRegression } from '../init-outcomes.ts';
import { breaching, fortyFunctions, hostile, passing, severalBreaches, unchanged, withoutBase } from '../outcomes.ts';
import { judgedOf } from './judged.ts';
import { pageOf, treeOf } from './pages.ts';
import { packageOf } from './synthetic.ts';

const VIEWER: PageViewer = { script: 'view()', style: 'p{}', policy: "default-src 'none'", flame: { script: '', style: '', policy: '' } };
const ROOT = packageOf({ symbols: 300, binary: 400_000, seed: 1 });

function renderedOf(page: PageInput): { readonly html: string; readonly data: PageData } {
  const html = renderPage(page, VIEWER);
  const [, json = ''] = /<script type="application\/json" id="data">(.*)<\/script>/.exec(html) ?? [];
  return { html, data: JSON.parse(json) };
}

function opensAt(outcome: Outcome, name = 'health'): ReturnType<typeof parseAddress> {
  return parseAddress(renderedOf(pageOf(outcome, { [name]: { tree: treeOf(ROOT) } })).data.open);
}

test('without its script a page has the verdict, the main table, because and to get to green', () => {
  const { html } = renderedOf(pageOf(breaching()));
  const words = html
    .replace(/<script.*?<\/script>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
  expect(words).toContain('❌ health became larger: package +61.2 kB (+6.9 %)');
  expect(words).toContain('This check fails.');
  expect(words).toContain('❌ over its limit health package +61.2 kB (+6.9 %) both +5 % and +50 kB 887 kB 948 kB');
  expect(words).toMatch(/Because regex 1\.12\.2 was added \( Cargo\.toml , line 9\)/);
  expect(words).toContain('To get to green, one of');
  expect(html).toContain('<title>coldgate: health became larger: package +61.2 kB (+6.9 %)</title>');
});

test('a function in the table leads to its pictures', () => {
  const { html, data } = renderedOf(pageOf(severalBreaches()));
  const links = [...html.matchAll(/<td[^>]*><a href="#([^"]+)">/g)].map(([, key = '']) => decodeURIComponent(key));
  expect(links.length).toBeGreaterThan(1);
  expect(data.functions.map(({ key }) => key)).toEqual(expect.arrayContaining(links));
});

test('opens at the crate that grew most where a size is over its limit', () => {
  expect(opensAt(breaching())).toEqual({
    ...{ function: 'health', view: 'map', measure: 'zip', side: 'difference' },
    ...{ path: ['bootstrap', 'regex_automata'], inside: false },
  });
});

test('opens at init, or at cold starts, where these are', () => {
  expect(opensAt(initRegression())).toMatchObject({ function: 'health', view: 'init' });
  expect(opensAt(initBroken())).toMatchObject({ view: 'init' });
  const cold = coldStartRegression();
  const [fn] = cold.verdict.breaches;
  expect(opensAt(cold, fn?.function)).toMatchObject({ function: fn?.function, view: 'cold-starts' });
});

test('opens at what there is where nothing can be compared', () => {
  const alone = withoutBase();
  const [fn] = alone.comparison.functions;
  const only = { ...ROOT, base: null };
  const { data } = renderedOf(pageOf(alone, { [fn?.name ?? '']: { tree: treeOf(only) } }));
  expect(parseAddress(data.open)).toMatchObject({ view: 'map', side: 'head', path: [], inside: true });
});

test('opens at the function that its verdict is about, and lists those over a limit first', () => {
  const { data } = renderedOf(pageOf(fortyFunctions()));
  const notes = data.functions.map(({ note }) => note);
  expect(notes.indexOf('over its limit')).toBeLessThanOrEqual(0);
  expect(parseAddress(data.open).function).toBe(data.functions[0]?.key);
});

test('several legs are one page: each function under its leg, and what is missing is said', () => {
  const [leg] = pageOf(breaching(), { health: { tree: treeOf(ROOT) } }).legs;
  const [calm] = pageOf(passing()).legs;
  if (leg?.kind !== 'reported' || calm?.kind !== 'reported') throw new Error('two legs');
  const legs = [
    { ...calm, name: 'x86' },
    { ...leg, name: 'arm64' },
    { kind: 'missing', name: 'old', run: { conclusion: 'failure', url: 'https://example.com/<run>' } },
    { kind: 'refused', name: 'odd', reason: 'it is <no> snapshot' },
  ] as const;
  const { html, data } = renderedOf({ legs });
  expect(data.functions.map(({ key }) => key)).toEqual(expect.arrayContaining(['x86/health', 'arm64/health']));
  expect(html).toContain(
    'missing: <code>old</code>: its job did not upload a measurement: the measuring run ended with failure (https://example.com/&lt;run&gt;)',
  );
  expect(html).toContain('refused: <code>odd</code>: it is &lt;no&gt; snapshot');
  expect(html).toContain('This check fails.');
});

test('names that would be markup are text', () => {
  const { html } = renderedOf(pageOf(hostile()));
  const tags = new Set(
    [...html.replace(/<script[^>]*>.*?<\/script>/gs, '').matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag?.toLowerCase()),
  );
  const plain = new Set(
    [
      ...renderedOf(pageOf(severalBreaches()))
        .html.replace(/<script[^>]*>.*?<\/script>/gs, '')
        .matchAll(/<\/?([a-z0-9]+)/gi),
    ].map(([, tag]) => tag?.toLowerCase()),
  );
  expect([...tags].filter((tag) => !plain.has(tag))).toEqual([]);
  expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069\uE000\uE001]/);
});

test('an unchanged project is a page too', () => {
  const { html, data } = renderedOf(pageOf(unchanged()));
  expect(html).toContain('This check passes.');
  expect(addressText({ function: '', view: 'map', measure: 'zip', side: 'head', path: [], inside: true, ...parseAddress(data.open) })).toBe(
    data.open,
  );
});

test('opens at a box that is on the page, where small ones are joined for its size', () => {
  const many = Array.from({ length: 1_100 }, (_, at) => {
    const known = aSymbol('big', `big::m${at % 20}::f${at}`, 40 + at);
    return { ...known, owned: { by: 'big', code: known.size, zip: bytes(1) } };
  });
  const fn = (name: string, grown: number) =>
    aFunction({ name, crate: name }, { symbols: [...many, aSymbol('tiny', 'tiny::a', 60 + grown)], compressed: 600_000 });
  const names = Array.from({ length: 50 }, (_, at) => `function-${at}`);
  const base = aBaseSnapshot({ functions: names.map((name) => fn(name, 0)) });
  const head = aSnapshot({ functions: names.map((name, at) => fn(name, at === 7 ? 90 : 0)) });
  const { data } = renderedOf(pageOfLegs([{ kind: 'reported', name: '', outcome: judgedOf(base, head, ['crate:tiny: +10 B']) }]));
  const open = parseAddress(data.open);
  expect(open).toMatchObject({ function: 'function-7', side: 'difference', path: ['bootstrap', 'tiny'] });
  const boxes = data.functions.find(({ key }) => key === open.function)?.boxes ?? [];
  const root = decodeBoxes(boxes, data.names);
  expect(boxAt(root, ...(open.path ?? [])).kind).toBe('crate');
  expect(data.names).toContain('[smaller ones]');
});

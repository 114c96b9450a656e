import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DocumentViewer, renderDocument } from '../../../src/report/page/document.ts';

const VIEWER: DocumentViewer = { script: 'view()', style: 'p{color:red}', policy: "default-src 'none'; script-src 'sha256-abc'" };

function dataIn(html: string): unknown {
  const [, text = ''] = /<script type="application\/json" id="data">(.*)<\/script>/.exec(html) ?? [];
  return JSON.parse(text);
}

test('a document has its policy before its style, and its words before its data', () => {
  const html = renderDocument({ title: 'health: pass', body: '<h1>health</h1>', data: { a: 1 } }, VIEWER);
  const places = [
    '<!doctype html>',
    'Content-Security-Policy',
    '<style>p{color:red}</style>',
    '<h1>health</h1>',
    '{"a":1}',
    '<script>view()</script>',
  ];
  expect(places.map((text) => html.indexOf(text))).toEqual(places.map((text) => html.indexOf(text)).toSorted((a, b) => a - b));
  expect(places.filter((text) => !html.includes(text))).toEqual([]);
  expect(html).toContain(`content="default-src &#39;none&#39;; script-src &#39;sha256-abc&#39;"`);
});

test('what a name holds ends neither its script nor its title', () => {
  const evil = '</script><script>alert(1)</script><!--\u2028\u2029</title>';
  const html = renderDocument({ title: evil, body: '', data: [evil] }, VIEWER);
  expect(dataIn(html)).toEqual([evil]);
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html.match(/<\/title>/g)).toHaveLength(1);
  expect(html).not.toContain('<!--');
  expect(/"data">(.*)/.exec(html)?.[1]).toMatch(/^\[.*\\u2028\\u2029.*\]<.script>$/);
});

test('data comes back as it went', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const html = renderDocument({ title: '', body: '', data: JSON.parse(json) }, VIEWER);
      expect(dataIn(html)).toEqual(JSON.parse(json));
      expect(html.match(/<\/script>/g)).toHaveLength(2);
    }),
  );
});

test.each(['a</SCRIPT>', 'a<!--b', 'a\r\nb'])('a script with %j is none', (script) => {
  expect(() => renderDocument({ title: '', body: '', data: null }, { ...VIEWER, script })).toThrow('a script of a page holds');
});

test.each(['a</STYLE', 'a<!--b', 'a\r\nb'])('a style with %j is none', (style) => {
  expect(() => renderDocument({ title: '', body: '', data: null }, { ...VIEWER, style })).toThrow('a style of a page holds');
});

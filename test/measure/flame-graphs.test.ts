import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { flameViewer } from '../../src/measure/flame-graphs.ts';
import { coloursOf, contrast, SCHEMES } from '../browser/colours.ts';

const viewer = await flameViewer();

test('the viewer runs under a policy that knows its script and its style, and nothing else', () => {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  expect(viewer.policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash(viewer.script)}`,
    `style-src ${hash(viewer.style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test('the viewer is one script that imports nothing, and makes no markup of text', () => {
  expect(() => new Function(viewer.script)).not.toThrow();
  expect(viewer.script).not.toMatch(
    /^(?:import|export)\b|\bimport\((?!')|innerHTML|outerHTML|insertAdjacentHTML|eval\(|document\.write|fetch\(/m,
  );
});

const FILLS = ['same', 'grew1', 'grew2', 'grew3', 'shrank1', 'shrank2', 'shrank3'];

test.each(SCHEMES)('text is read on every colour, %s', (scheme) => {
  const colours = coloursOf(viewer.style, scheme);
  const pairs = [
    ...[...FILLS, 'paper'].map((fill) => ['ink', fill] as const),
    ...(['paper', 'out'] as const).map((fill) => ['faint', fill] as const),
  ];
  const low = pairs.filter(([text, fill]) => contrast(colours.get(text), colours.get(fill)) < 4.5);
  expect(low).toEqual([]);
  // https://www.w3.org/TR/WCAG22/#non-text-contrast
  expect(contrast(colours.get('accent'), colours.get('paper'))).toBeGreaterThan(3);
});

test('both schemes have every colour', () => {
  expect([...coloursOf(viewer.style, 'dark').keys()]).toEqual([...coloursOf(viewer.style, 'light').keys()]);
  expect([...coloursOf(viewer.style, 'light').keys()]).toEqual(expect.arrayContaining(FILLS));
});

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { flameViewer } from '../../src/measure/flame-graphs.ts';

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

const SCHEMES = ['light', 'dark'] as const;
const FILLS = ['same', 'grew1', 'grew2', 'grew3', 'shrank1', 'shrank2', 'shrank3'];

test.each(SCHEMES)('text is read on every colour, %s', (scheme) => {
  const colours = coloursOf(scheme);
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
  expect([...coloursOf('dark').keys()]).toEqual([...coloursOf('light').keys()]);
  expect([...coloursOf('light').keys()]).toEqual(expect.arrayContaining(FILLS));
});

/** The custom properties of the first `:root`, or of the one for dark screens. */
function coloursOf(scheme: (typeof SCHEMES)[number]): ReadonlyMap<string, string> {
  const [light = '', dark = ''] = viewer.style.split('@media (prefers-color-scheme: dark)');
  const block = scheme === 'light' ? light : dark.slice(0, dark.indexOf('\n}'));
  return new Map([...block.matchAll(/--([\w]+): (#[0-9a-f]{6});/g)].map(([, name = '', colour = '']) => [name, colour]));
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one = '#000000', other = '#000000'): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

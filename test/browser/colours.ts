export const SCHEMES = ['light', 'dark'] as const;

/** The custom properties of the first `:root` of each kind, as they stand in a stylesheet. */
export function coloursOf(style: string, scheme: (typeof SCHEMES)[number]): ReadonlyMap<string, string> {
  const [light = '', dark = ''] = style.split('@media (prefers-color-scheme: dark)');
  const block = scheme === 'light' ? light : dark.slice(0, dark.indexOf('\n}'));
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', colour = '']) => [name, colour]));
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(one = '#000000', other = '#000000'): number {
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

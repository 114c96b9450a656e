const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** Below this share of the largest figure a range does not fill all blocks: noise would look like a cliff. */
const LEAST_RANGE = 0.01;

/** Figures as blocks, from the least of them at the bottom to the largest; a place without a figure is a blank. */
export function sparkline(figures: readonly (number | null)[]): string {
  const known = figures.filter((figure) => figure !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const range = Math.max(most - least, most * LEAST_RANGE);
  return figures.map((figure) => (figure === null ? ' ' : BLOCKS[blockOf(range === 0 ? 0 : (figure - least) / range)])).join('');
}

function blockOf(share: number): number {
  return Math.min(BLOCKS.length - 1, Math.floor(share * BLOCKS.length));
}

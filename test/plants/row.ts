import type { Told } from './plant.ts';

/** The table of `npm run plants`. */
export const HEADER = '| plant | what was planted | limit | named first | |\n| --- | --- | --- | --- | --- |';

export function renderRow({ plant: { name, what, metric }, text, isRight }: Told): string {
  const cell = text.replaceAll('\n', ' ').replaceAll('|', '/').replaceAll('<', '&lt;').slice(0, 300);
  return `| ${name} | ${what} | ${metric} | ${cell} | ${isRight ? 'right' : '**wrong**'} |`;
}

export function renderSum(rows: readonly string[]): string {
  return `${rows.filter((row) => row.endsWith('| right |')).length} of ${rows.length} named first and rightly.`;
}

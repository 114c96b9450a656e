import { expect } from 'vitest';

/** As much of GitHub-flavoured Markdown as the tests need, read the strictest way. */

/** The cells of a table row: split at every pipe without a backslash before it, and at every pipe after a pair of them. */
export function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  for (const [part] of line.matchAll(/\\[|\\]|[\s\S]/g)) {
    if (part !== '|') cell += part;
    else {
      cells.push(cell.trim());
      cell = '';
    }
  }
  return cells.slice(1);
}

/** What is left of a document without its code spans, fenced blocks and the tags that the report itself writes. */
export function outsideCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, '')
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '')
    .replaceAll(/<\/?(?:details|summary|sub)>/g, '')
    .replace(/^### (?=coldgate · )/gm, '');
}

/** Outside code spans only the report's own words and marks are left. */
export function expectHarmless(report: string): void {
  const rest = outsideCode(report);
  expect(rest).not.toMatch(/[@<>`\\#[\]]/);
  expect(report.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  let columns = 0;
  for (const line of report.split('\n')) {
    if (!line.startsWith('| ')) columns = 0;
    else {
      const cells = cellsOf(line).length;
      expect(cells).toBe(columns === 0 ? cells : columns);
      columns = cells;
    }
  }
}

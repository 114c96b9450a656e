/** Drawn two cells wide: East Asian Wide and Fullwidth, emoji (https://www.unicode.org/reports/tr11/). */
const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{a960}-\u{a97c}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f000}-\u{1ffff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** How many cells of a terminal a line takes; rather too many than too few: a mark that combines counts as one. */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += WIDE.test(character) ? 2 : 1;
  return cells;
}

/** At most so many cells; what is cut ends in `…`. */
export function cut(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  let kept = '';
  let taken = 1;
  for (const character of text) {
    taken += cellsOf(character);
    if (taken > cells) break;
    kept += character;
  }
  return cells < 1 ? '' : `${kept.trimEnd()}…`;
}

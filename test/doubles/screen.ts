import { cellsOf } from '../../src/progress/cells.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is sent
const PIECE = /\x1b\[(\d*)([A-Za-z])|([\r\n])|[\s\S]/gu;

/**
 * What a person sees of what a program writes: a terminal of so many columns that wraps at its edge and, like most of today, wraps its lines
 * anew when it is made narrower. It knows the few sequences that progress may use and throws for all others.
 */
export class Screen {
  columns: number;
  /** As they were written, a cell an item; the second cell of a wide character is empty. */
  readonly #lines: string[][] = [[]];
  #line = 0;
  #cell = 0;
  /** Something was written before it in its row. */
  #isBehind = false;

  constructor(columns: number) {
    this.columns = columns;
  }

  readonly write = (text: string): void => {
    for (const [piece, count = '', verb, control] of text.matchAll(PIECE)) {
      if (verb !== undefined) this.#sequence(verb, count === '' ? null : Number(count), piece);
      else if (control === '\r') this.#toStart(this.#rowStart());
      else if (control === '\n') this.#newLine();
      else this.#put(piece);
    }
  };

  /** The rows, without blanks at their ends. */
  get rows(): readonly string[] {
    return this.#lines.flatMap((line) => {
      const rows: string[] = [];
      for (let from = 0; from === 0 || from < line.length; from += this.columns) {
        rows.push(
          line
            .slice(from, from + this.columns)
            .join('')
            .trimEnd(),
        );
      }
      return rows;
    });
  }

  /** All rows, none of them empty. */
  get text(): string {
    return this.rows.filter((row) => row !== '').join('\n');
  }

  get isAtLineStart(): boolean {
    return this.#cell === 0;
  }

  #rowStart(): number {
    // Behind the last cell of a row the cursor still is in it: a terminal wraps when more is written.
    const row = this.#isBehind ? Math.ceil(this.#cell / this.columns) - 1 : Math.floor(this.#cell / this.columns);
    return Math.max(0, row) * this.columns;
  }

  #toStart(cell: number): void {
    this.#cell = cell;
    this.#isBehind = false;
  }

  #newLine(): void {
    this.#line += 1;
    this.#toStart(0);
    if (this.#line === this.#lines.length) this.#lines.push([]);
  }

  #put(character: string): void {
    const code = character.codePointAt(0) ?? 0;
    if (code < 32 || (code > 126 && code < 160)) throw new Error(`a terminal would obey ${JSON.stringify(character)}`);
    const line = this.#lines[this.#line] ?? [];
    while (line.length < this.#cell) line.push(' ');
    const cells = [character, ...Array.from({ length: cellsOf(character) - 1 }, () => '')];
    line.splice(this.#cell, cells.length, ...cells);
    this.#cell += cells.length;
    this.#isBehind = true;
  }

  #sequence(verb: string, count: number | null, piece: string): void {
    const line = this.#lines[this.#line] ?? [];
    if (verb === 'K' && count === null) line.length = Math.min(line.length, this.#cell);
    else if (verb === 'J' && count === null) {
      line.length = Math.min(line.length, this.#cell);
      this.#lines.length = this.#line + 1;
    } else if (verb === 'A') {
      for (let up = 0; up < (count ?? 1); up += 1) this.#up();
    } else throw new Error(`a terminal is sent ${JSON.stringify(piece)}`);
  }

  #up(): void {
    if (this.#rowStart() > 0) this.#cell -= this.columns;
    else if (this.#line > 0) {
      this.#line -= 1;
      const above = this.#lines[this.#line] ?? [];
      this.#cell += Math.floor(Math.max(0, above.length - 1) / this.columns) * this.columns;
    }
  }
}

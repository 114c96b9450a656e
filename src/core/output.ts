/** What goes on for longer than so many characters. */
export interface LongLines {
  readonly longest: number;
  /** `cut`: handed on in pieces, for what is only shown; else called instead, once, and nothing is handed on any more: for what is parsed. */
  readonly onLonger: 'cut' | (() => void);
}

/**
 * Parts text that comes in chunks into its lines, without `\n` or `\r\n`. The pieces of a line are put together when it ends: a line of many
 * megabytes takes the time of its length, not of its square.
 */
export class Lines {
  readonly #onLine: (line: string) => void;
  readonly #long: LongLines;
  #pieces: string[] = [];
  #length = 0;
  #over = false;

  constructor(onLine: (line: string) => void, long: LongLines) {
    this.#onLine = onLine;
    this.#long = long;
  }

  add(chunk: string): void {
    let from = 0;
    for (let to = chunk.indexOf('\n'); to >= 0; to = chunk.indexOf('\n', from)) {
      this.#append(chunk.slice(from, to));
      this.#hand();
      from = to + 1;
    }
    this.#append(chunk.slice(from));
  }

  /** What stands after the last newline is a line too. */
  end(): void {
    if (this.#length > 0) this.#hand();
  }

  #append(piece: string): void {
    if (piece === '' || this.#over) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length <= this.#long.longest) return;
    if (this.#long.onLonger === 'cut') {
      this.#hand();
      return;
    }
    this.#over = true;
    this.#pieces = [];
    this.#long.onLonger();
  }

  #hand(): void {
    if (this.#over) return;
    const line = this.#pieces.join('');
    this.#pieces = [];
    this.#length = 0;
    this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}

/** What a process prints, up to `most` bytes, as bytes to its end: a character may be cut by the pipe. */
export class Whole {
  readonly #pieces: Buffer[] = [];
  readonly #most: number;
  readonly #onOver: () => unknown;
  #size = 0;

  constructor(most: number, onOver: () => unknown) {
    this.#most = most;
    this.#onOver = onOver;
  }

  readonly add = (data: Buffer): void => {
    this.#size += data.length;
    if (this.over) this.#onOver();
    else this.#pieces.push(data);
  };

  get over(): boolean {
    return this.#size > this.#most;
  }

  text(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }
}

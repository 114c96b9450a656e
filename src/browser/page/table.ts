import { made, pushedAside } from './element.ts';

export interface Column<Row> {
  readonly head: string;
  /** What it is sorted by; numbers begin with the largest. `null`: the row has none, and comes last. */
  readonly value: (row: Row) => number | string | null;
  /** What is shown where it is not the value itself. */
  readonly cell?: (row: Row) => Node | string;
  readonly kind: 'number' | 'text';
}

export interface TableOptions<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  /** The place of the column that it is sorted by at first; `null`: the rows have an order of their own. */
  readonly sortedBy: number | null;
  /** What a filter looks in. Without it there is no filter. */
  readonly text?: (row: Row) => string;
  /** Of a row that stands out. */
  readonly isCurrent?: (row: Row) => boolean;
  readonly empty: string;
}

/** Rows that are shown at once, and more when they are asked for. */
const PAGE = 100;

/** A table whose columns sort it, and which a filter narrows. It shows a page of its rows at a time: 10,000 would take a second to lay out. */
export class Table<Row> {
  readonly element: HTMLElement;
  private readonly options: TableOptions<Row>;
  private readonly caption: HTMLElement;
  private readonly wide: HTMLElement;
  private readonly body = made('tbody');
  private readonly foot = made('p', { class: 'foot faint' });
  private readonly more = made('button', { type: 'button' });
  private readonly heads: readonly HTMLTableCellElement[];
  private rows: readonly Row[] = [];
  private sorted: readonly Row[] = [];
  private shown = PAGE;
  private sortedBy: number | null;
  private isAscending: boolean;
  private words: readonly string[] = [];
  private empty: string;

  constructor(options: TableOptions<Row>) {
    this.options = options;
    this.sortedBy = options.sortedBy;
    this.isAscending = options.sortedBy !== null && options.columns[options.sortedBy]?.kind === 'text';
    this.heads = options.columns.map((column, at) => this.head(column, at));
    this.empty = options.empty;
    this.caption = made('caption', { class: 'unseen' }, options.caption);
    const table = made('table', {}, this.caption, made('thead', {}, made('tr', {}, ...this.heads)), this.body);
    this.more.addEventListener('click', () => this.showMore());
    const filter = options.text === undefined ? [] : [this.filter()];
    this.wide = pushedAside(options.caption, table);
    this.element = made('div', { class: 'table' }, ...filter, this.wide, made('div', { class: 'below' }, this.foot, this.more));
  }

  /** Says what its rows are from now on, and what there is to say where there are none. */
  name(caption: string, empty: string): void {
    this.empty = empty;
    this.caption.textContent = caption;
    this.wide.setAttribute('aria-label', caption);
  }

  /** Takes other rows; the order that was chosen stays. */
  fill(rows: readonly Row[]): void {
    this.rows = rows;
    this.shown = PAGE;
    this.sort();
  }

  /** Marks the current row anew, on the page that it stands on. */
  mark(): void {
    const { isCurrent } = this.options;
    const at = isCurrent === undefined ? -1 : this.sorted.findIndex(isCurrent);
    this.shown = Math.max(this.shown, Math.ceil((at + 1) / PAGE) * PAGE);
    this.draw();
  }

  /** The first of the rows as they stand now. */
  get first(): Row | null {
    return this.sorted[0] ?? null;
  }

  /** Sorts by another column, as a click on its head does. */
  sortBy(column: number): void {
    this.sortedBy = column;
    this.isAscending = this.options.columns[column]?.kind === 'text';
    this.sort();
  }

  /** Gives the keyboard to the marked row, else to the first. */
  focus(): void {
    this.body.querySelector<HTMLElement>('tr[aria-current] a, tr a')?.focus();
  }

  private head(column: Column<Row>, at: number): HTMLTableCellElement {
    const button = made('button', { type: 'button' }, column.head);
    button.addEventListener('click', () => {
      if (this.sortedBy !== at) return this.sortBy(at);
      this.isAscending = !this.isAscending;
      this.sort();
    });
    return made('th', { scope: 'col', class: column.kind === 'number' ? 'number' : null }, button);
  }

  private filter(): HTMLElement {
    const input = made('input', { type: 'search', autocomplete: 'off', spellcheck: 'false' });
    input.addEventListener('input', () => {
      this.words = wordsOf(input.value);
      this.shown = PAGE;
      this.sort();
    });
    return made('label', { class: 'filter' }, made('span', {}, 'Filter'), input);
  }

  private sort(): void {
    const { columns, text } = this.options;
    const column = this.sortedBy === null ? undefined : columns[this.sortedBy];
    const kept = text === undefined ? this.rows : this.rows.filter((row) => holds(text(row), this.words));
    const keyed = kept.map((row) => ({ row, key: column?.value(row) ?? null }));
    if (column !== undefined) keyed.sort((a, b) => compared(a.key, b.key, this.isAscending));
    this.sorted = keyed.map(({ row }) => row);
    for (const [at, head] of this.heads.entries())
      head.setAttribute('aria-sort', at !== this.sortedBy ? 'none' : this.isAscending ? 'ascending' : 'descending');
    this.draw();
  }

  private draw(): void {
    const { columns, isCurrent } = this.options;
    const rows = this.sorted.slice(0, this.shown).map((row) =>
      made(
        'tr',
        { 'aria-current': isCurrent?.(row) === true ? 'true' : null },
        ...columns.map((column) => {
          const content = column.cell?.(row) ?? String(column.value(row) ?? '');
          return column.kind === 'number' ? made('td', { class: 'number' }, content) : made('td', {}, content);
        }),
      ),
    );
    this.body.replaceChildren(...rows);
    const left = this.sorted.length - rows.length;
    this.more.hidden = left <= 0;
    this.more.textContent = `${Math.min(left, PAGE).toLocaleString('en')} more`;
    this.foot.hidden = this.options.text === undefined && left <= 0 && this.sorted.length > 0;
    const narrowed = this.words.length > 0 ? ` of ${this.rows.length.toLocaleString('en')}` : '';
    const all = this.sorted.length.toLocaleString('en');
    this.foot.textContent =
      this.sorted.length === 0 ? this.empty : left > 0 ? `${rows.length.toLocaleString('en')} of ${all}` : `${all}${narrowed}`;
  }

  private showMore(): void {
    const first = this.shown;
    this.shown += PAGE;
    this.draw();
    this.body.rows[first]?.querySelector<HTMLElement>('a, button')?.focus();
  }
}

export function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Whether each word stands in it. */
export function holds(text: string, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

function compared(one: number | string | null, other: number | string | null, isAscending: boolean): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
  const order = typeof one === 'number' && typeof other === 'number' ? one - other : one < other ? -1 : one > other ? 1 : 0;
  return isAscending ? order : -order;
}

import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { compareRows, deltaOf } from '../../core/pair.ts';
import type { OwnerRow, Row } from '../../core/rows.ts';
import { renderInteger, renderMillis } from '../../core/units.ts';
import { codeSpan, MARKDOWN } from '../text/escape.ts';
import { counted, signedInteger } from '../text/figures.ts';
import { toldFunctions } from '../text/functions.ts';
import { originText } from '../text/side.ts';

const ROWS = 40;
const SYMBOLS = 20;
const SYMBOL_LENGTH = 100;

interface Table {
  readonly summary: string;
  /** Heads of the columns before the figures. */
  readonly columns: readonly string[];
  readonly rows: number;
  readonly of: (row: FunctionComparison) => readonly (Row & { readonly crate?: string })[];
}

const CRATES: Table = {
  ...{ summary: 'Crates (bytes of code)', columns: ['crate'], rows: ROWS },
  // With owners every byte has its row, code among them.
  of: ({ crates, owners }) => (owners.length > 0 ? [] : crates),
};
const PACKAGE: Table = { summary: 'Package entries (compressed bytes)', columns: ['entry'], rows: ROWS, of: (row) => row.package };
const SECTIONS: Table = { summary: 'Sections (bytes of the binary)', columns: ['section'], rows: ROWS, of: ({ sections }) => sections };
const TOP_SYMBOLS: Table = {
  summary: `Symbols that changed most (bytes of code)`,
  columns: ['crate', 'symbol'],
  rows: SYMBOLS,
  of: ({ symbols }) => symbols,
};

/** The collapsed tables, exact to the byte: a row for what is left out keeps them adding up. Empty strings where there is nothing to show. */
export function detailTables(outcome: Outcome): Readonly<Record<'crates' | 'package' | 'sections' | 'symbols', string>> {
  const rows = toldFunctions(outcome).filter(({ status }) => status === 'changed' || status === 'added');
  return {
    crates: [ownerTables(rows), details(CRATES, rows)].filter((table) => table !== '').join('\n\n'),
    package: details(PACKAGE, rows),
    sections: details(SECTIONS, rows),
    symbols: details({ ...TOP_SYMBOLS, of: ({ symbols }) => symbols.filter((symbol) => deltaOf(symbol) !== 0) }, rows),
  };
}

function details(table: Table, functions: readonly FunctionComparison[]): string {
  const tables = functions
    .filter((row) => table.of(row).length > 0)
    .map((row) => `${MARKDOWN.name(row.name)}\n\n${tableOf(table, table.of(row))}`);
  return tables.length === 0 ? '' : collapsed(table.summary, tables.join('\n\n'));
}

/** Whose each byte is: of the binary as it is at head, and its share of the package, each with its change. They add up to either. */
function ownerTables(functions: readonly FunctionComparison[]): string {
  const tables = functions
    .filter(({ owners }) => owners.length > 0)
    .map(({ name, owners }) => `${MARKDOWN.name(name)}\n\n${ownerTable(owners)}`);
  return tables.length === 0 ? '' : collapsed('Whose bytes they are, in the binary and in the package', tables.join('\n\n'));
}

const OWNER_COLUMNS = ['whose', 'code', 'constants and tables', 'binary', 'change', 'share of the package', 'change'];

function ownerTable(owners: readonly OwnerRow[]): string {
  const sorted = owners.toSorted((a, b) => compareRows(a, b) || (b.head ?? 0) - (a.head ?? 0));
  const left = sorted.slice(ROWS);
  const lineOf = (label: string, rows: readonly OwnerRow[]): string => {
    const total = (figure: (row: OwnerRow) => number): number => rows.reduce((all, row) => all + figure(row), 0);
    const code = total(({ bytes }) => bytes.code.head ?? 0);
    const whole = total(({ head }) => head ?? 0);
    const cells = [code, whole - code, whole].map(renderInteger);
    return tableRow([
      label,
      ...cells,
      signedInteger(total(deltaOf)),
      renderInteger(total(({ zip }) => zip.head ?? 0)),
      signedInteger(total(({ zip }) => deltaOf(zip))),
    ]);
  };
  return [
    tableRow(OWNER_COLUMNS),
    tableRow(OWNER_COLUMNS.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...sorted.slice(0, ROWS).map((row) => lineOf(codeSpan(row.name, { table: true, maximum: SYMBOL_LENGTH }), [row])),
    ...(left.length === 0 ? [] : [lineOf(counted(left.length, 'other'), left)]),
  ].join('\n');
}

/** The summary stands in HTML, where code spans are not read: fixed words only, never data. */
export function collapsed(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function tableOf(table: Table, all: readonly (Row & { readonly crate?: string })[]): string {
  const sorted = all.toSorted((a, b) => compareRows(a, b) || (b.head ?? 0) - (a.head ?? 0));
  const left = sorted.slice(table.rows);
  const lines = sorted.slice(0, table.rows).map((row) => {
    const names = row.crate === undefined ? [row.name] : [row.crate, row.name];
    return tableRow([...names.map((name) => codeSpan(name, { table: true, maximum: SYMBOL_LENGTH })), ...figures(row)]);
  });
  const blanks = table.columns.slice(1).map(() => '');
  const rest = left.length === 0 ? [] : [tableRow([counted(left.length, 'other'), ...blanks, ...figures(sumOf(left))])];
  return [
    tableRow([...table.columns, 'base', 'head', 'change']),
    tableRow([...table.columns.map(() => '---'), '---:', '---:', '---:']),
    ...lines,
    ...rest,
  ].join('\n');
}

/** One line of a Markdown table. The cells must be escaped already. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function figures(row: Pick<Row, 'base' | 'head'>): readonly string[] {
  return [
    row.base === null ? '–' : renderInteger(row.base),
    row.head === null ? '–' : renderInteger(row.head),
    signedInteger(deltaOf(row)),
  ];
}

function sumOf(rows: readonly Row[]): Pick<Row, 'base' | 'head'> {
  return { base: sum(rows.map(({ base }) => base)), head: sum(rows.map(({ head }) => head)) };
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

/** The full SHAs, the tools and what each step took. */
export function runDetails({ comparison: { base, head }, timings }: Outcome): string {
  const { invocation } = head.snapshot;
  const sides = [
    ...(base.kind === 'measured' ? [`base ${MARKDOWN.name(base.snapshot.commit.sha)} (${originText(base)})`] : []),
    `head ${MARKDOWN.name(head.snapshot.commit.sha)} (${originText(head)})`,
  ];
  const tools = [
    `cargo-lambda ${MARKDOWN.name(invocation.cargoLambda)}`,
    `cargo-bloat ${MARKDOWN.name(invocation.cargoBloat)}`,
    MARKDOWN.name(invocation.rustc),
    `profile ${MARKDOWN.name(invocation.profile)}`,
    invocation.arch,
  ];
  const steps = Object.entries(timings)
    .slice(0, 40)
    .map(([step, time]) => `${MARKDOWN.name(step)} ${renderMillis(time)}`);
  const lines = [...sides, tools.join(', '), ...(steps.length === 0 ? [] : [steps.join(', ')])];
  return lines.map((line) => `- ${line}`).join('\n');
}

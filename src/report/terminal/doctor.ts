import { createColors } from 'picocolors';

/** One line of the table; a `ToolStatus` is one. */
export interface DoctorRow {
  readonly name: string;
  readonly needed: string;
  readonly found: { readonly version: string | null; readonly path: string | null } | null;
  readonly state: 'ready' | 'automatic' | 'optional' | 'missing';
  readonly remedy: string | null;
}

/** What stands above the commands of each state that has some; in the order of urgency. */
const HEADINGS: readonly { readonly state: DoctorRow['state']; readonly text: string }[] = [
  { state: 'missing', text: 'Missing:' },
  { state: 'automatic', text: 'Installed by coldgate at the first check, unless you do it:' },
  { state: 'optional', text: 'Optional:' },
];

const LABELS: Readonly<Record<DoctorRow['state'], string>> = { ready: 'ok', automatic: 'later', optional: 'optional', missing: 'missing' };

const GAP = '  ';

/** The table of `coldgate doctor` and below it the command for each tool that is not there. No line of the table is wider than `columns`. */
export function renderDoctor(rows: readonly DoctorRow[], options: { readonly columns: number; readonly colour: boolean }): string {
  const colours = createColors(options.colour);
  const paint: Readonly<Record<DoctorRow['state'], (text: string) => string>> = {
    ready: colours.green,
    automatic: colours.cyan,
    optional: colours.yellow,
    missing: colours.red,
  };
  const cells = rows.map((row) => [row.name, row.needed, LABELS[row.state], row.found?.version ?? '-', row.found?.path ?? '']);
  const table = [['tool', 'needed', 'status', 'version', 'found'], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const rest = Math.max(8, options.columns - widths.reduce((sum, width) => sum + width + GAP.length, 0));
  const line = (texts: readonly string[], status: (text: string) => string): string =>
    texts
      .map((text, column) => (column === 4 ? fromTheEnd(text, rest) : text.padEnd(widths[column] ?? 0)))
      .map((text, column) => (column === 2 ? status(text) : text))
      .join(GAP)
      .trimEnd();
  const [head = [], ...body] = table;
  const lines = [line(head, (text) => text), ...rows.map((row, index) => line(body[index] ?? [], paint[row.state]))];
  const below = HEADINGS.flatMap(({ state, text }) => {
    const open = rows.filter((row) => row.state === state && row.remedy !== null);
    return open.length === 0 ? [] : ['', paint[state](text), ...open.map((row) => `  ${row.name.padEnd(widths[0] ?? 0)}  ${row.remedy}`)];
  });
  return [...lines, ...below, ''].join('\n');
}

/** A path's end says more than its start. */
function fromTheEnd(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(1 - width)}`;
}

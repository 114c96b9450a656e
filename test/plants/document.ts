import type { Plant, Told } from './plant.ts';
import { HEADER, renderRow, renderSum } from './row.ts';

/** What stands above the table is written by hand. */
const TABLE = '<!-- plants -->\n';

/** The document with the rows of those that were told anew; of plants that there are no more, none. */
export function renderDocument(before: string, plants: readonly Plant[], told: readonly Told[]): string {
  const [above = '', table = ''] = before.split(TABLE);
  const known = new Map(table.split('\n').map((line) => [nameIn(line), line]));
  for (const one of told) known.set(one.plant.name, renderRow(one));
  const rows = plants.flatMap(({ name }) => known.get(name) ?? []);
  return `${above}${TABLE}\n${[HEADER, ...rows].join('\n')}\n\n${renderSum(rows)}\n`;
}

function nameIn(line: string): string {
  return /^\| (\S+) \|/.exec(line)?.[1] ?? '';
}

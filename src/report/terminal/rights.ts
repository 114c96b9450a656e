import { createColors } from 'picocolors';

/** One right that was tried; a `Tried` is one. */
export interface RightRow {
  /** `lambda:CreateFunction` */
  readonly action: string;
  readonly resource: string;
  /** `optional`: it is not there, and nothing stops for it. */
  readonly state: 'allowed' | 'missing' | 'unknown' | 'optional';
  /** What AWS said, why it could not be tried, or what is lost without it; `''` of one that is allowed. */
  readonly said: string;
}

const LABELS: Readonly<Record<RightRow['state'], string>> = { allowed: 'ok', missing: 'missing', unknown: 'unknown', optional: 'optional' };

/** What `coldgate doctor --aws` found: the rights, and below them for each that is missing what to allow. */
export function renderRights(rows: readonly RightRow[], options: { readonly colour: boolean }): string {
  const colours = createColors(options.colour);
  const paint: Readonly<Record<RightRow['state'], (text: string) => string>> = {
    allowed: colours.green,
    missing: colours.red,
    unknown: colours.yellow,
    optional: colours.yellow,
  };
  const width = Math.max(...rows.map(({ action }) => action.length));
  const table = rows.map(({ action, state }) => `${action.padEnd(width)}  ${paint[state](LABELS[state])}`);
  const missing = rows.filter(({ state }) => state === 'missing');
  const unknown = rows.filter(({ state }) => state === 'unknown');
  const optional = rows.filter(({ state }) => state === 'optional');
  return `${[
    ...table,
    ...(missing.length === 0 ? [] : ['', 'Missing, in the policy of whoever runs this:']),
    ...missing.map(({ action, resource, said }) => `  ${action} on ${resource}\n    ${said}`),
    ...(unknown.length === 0 ? [] : ['', 'Not known:']),
    ...unknown.map(({ action, said }) => `  ${action}: ${said}`),
    ...optional.flatMap(({ action, said }) => ['', `Optional: ${action}: ${said}`]),
    ...(missing.length + unknown.length === 0 ? ['', 'Everything that cold starts need is allowed. Nothing was left behind.'] : []),
  ].join('\n')}\n`;
}

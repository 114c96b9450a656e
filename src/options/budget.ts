import { type Millis, millis } from '../core/units.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };
const LONGEST_MS = 24 * 3_600_000;

/** What a budget may be. */
export const BUDGETS = 'a time such as 20m, 90s or 2h, at most 24h';

/** `20m`, `90s`, `2h`; `null`: none of them. */
export function parseBudget(text: string): Millis | null {
  const [, digits = '', unit = ''] = /^(\d{1,6})\s*(s|m|min|h)$/.exec(text.trim()) ?? [];
  const value = Number(digits) * (UNITS[unit] ?? 0);
  return value <= 0 || value > LONGEST_MS ? null : millis(value);
}

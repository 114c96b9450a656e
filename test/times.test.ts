import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderMillis } from '../src/core/units.ts';
import { untimed } from './times.ts';

it('a time is taken out in whatever unit it is written, and nothing else is', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      (value) => untimed(`\`base\` ${renderMillis(value)}, x`) === '`base` (time), x',
    ),
  );
  for (const text of ['0 ms', '1,234 ms', '0.99 s', '12 min', '830 µs']) expect(untimed(text)).toBe('(time)');
  for (const text of ['12 MB', '3 samples', 'v1.2 s', '5 minutes']) expect(untimed(text)).toBe(text);
});

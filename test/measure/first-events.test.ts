import { describe, expect, it } from 'vitest';
import { firstEventFor } from '../../src/measure/first-events.ts';
import { aBaseSnapshot, aSnapshot } from '../core/builders.ts';

const FN = { name: 'orders', crate: 'shop' };
const declared = (text: string, owner: string | null = null, name: string | null = null) => ({
  ...{ package: owner, function: name, file: 'Cargo.toml', name: 'own', text },
});
const given = (text: string, name: string | null = null) => ({ function: name, event: { name: 'own', text } });

type Declared = readonly ReturnType<typeof declared>[];

function textFor({
  base,
  head = [],
  options = [],
}: {
  base?: Declared | null;
  head?: Declared;
  options?: readonly ReturnType<typeof given>[];
}) {
  const before = base === null ? null : { fn: FN, snapshot: aBaseSnapshot({ events: [...(base ?? [])] }) };
  return firstEventFor({ base: before, head: { fn: FN, snapshot: aSnapshot({ events: [...head] }) } }, options)?.text ?? null;
}

describe('both sides are handed one event', () => {
  it.each([
    ['none, where nobody names one', {}, null],
    ["the options' before what is declared", { options: [given('o')], base: [declared('b')] }, 'o'],
    ["the options' for another function is none", { options: [given('o', 'health')], base: [declared('b')] }, 'b'],
    ["base's, whatever head makes of it", { base: [declared('b')], head: [declared('h')] }, 'b'],
    ["head's where base declares none", { base: [], head: [declared('h')] }, 'h'],
    ["head's where there is no base", { base: null, head: [declared('h')] }, 'h'],
    ["base's package before its workspace", { base: [declared('w'), declared('p', 'shop')] }, 'p'],
    ['not that of another package', { base: [declared('p', 'other')], head: [declared('w')] }, 'w'],
    ["its own before its package's", { base: [declared('p', 'shop'), declared('f', 'shop', 'orders')] }, 'f'],
  ] as const)('%s', (_, sides, text) => {
    expect(textFor(sides)).toBe(text);
  });
});

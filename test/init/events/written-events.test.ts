import { describe, expect, it } from 'vitest';
import { READY_NAMES, readyEvent } from '../../../src/init/events/ready-events.ts';
import { EVENT_LIMIT, eventOf, parseEvents } from '../../../src/init/events/written-events.ts';

const parse = (...lines: readonly string[]) => parseEvents(lines, '--init-event');
const own = (text: string) => ({ name: 'own', text });

describe('init-event', () => {
  it.each(READY_NAMES)('has %s ready, as JSON', (name) => {
    expect(parse(name)).toEqual([{ function: null, event: { name, text: readyEvent(name) } }]);
    expect(JSON.parse(readyEvent(name) ?? '')).toBeTypeOf('object');
  });

  it.each([
    ['{"a": "b=c"}', null, own('{"a": "b=c"}')],
    ['[1]', null, own('[1]')],
    ['"text"', null, own('"text"')],
    ['7', null, own('7')],
    ['null', null, own('null')],
    ['events/order.json', null, { file: 'events/order.json' }],
    ['orders=sqs', 'orders', { name: 'sqs', text: readyEvent('sqs') }],
    ['shop/orders = {"a":1}', 'shop/orders', own('{"a":1}')],
    ['orders=events/a.json', 'orders', { file: 'events/a.json' }],
  ])('reads %s', (line, name, event) => {
    expect(parse(line)).toEqual([{ function: name, event }]);
  });

  it('takes JSON over several lines, of one function too', () => {
    expect(parse('{', '"a": [', '1]', '}', 'orders={', '"b": 2}', 'health=sns')).toMatchObject([
      { function: null, event: own('{\n"a": [\n1]\n}') },
      { function: 'orders', event: own('{\n"b": 2}') },
      { function: 'health', event: { name: 'sns' } },
    ]);
  });

  it.each([
    [['{"a": '], /^--init-event \S.* is no JSON \(/],
    [['{"a": ', 'sqs'], /is no JSON .*one of api-gateway-v1, /],
    [['sqs', 'sns'], /^--init-event: every function has two events/],
    [['orders=sqs', 'orders=sns'], /"?orders"? has two events/],
    [[`"${'x'.repeat(EVENT_LIMIT)}"`], /Lambda takes events of 6291456 at most/],
  ])('refuses %#', (lines, message) => {
    expect(() => parse(...lines)).toThrow(message);
  });
});

describe('the event of a function', () => {
  const events = [
    { function: null, event: own('0') },
    { function: 'orders', event: own('1') },
    { function: 'shop/orders', event: own('2') },
  ];

  it.each([
    ['health', 'health', '0'],
    ['orders', 'warehouse', '1'],
    ['orders', 'shop', '2'],
    ['shop/orders', 'shop', '2'],
  ])('%s of %s is its own before the one for all', (name, crate, text) => {
    expect(eventOf({ name, crate }, events)).toEqual(own(text));
  });

  it('may be none', () => {
    expect(eventOf({ name: 'health', crate: 'health' }, events.slice(1))).toBeNull();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/failures.ts';
import { parseEvents } from '../../../src/init/events/written-events.ts';
import { httpEvent, probeOf } from '../../../src/init/http/probe.ts';

const read = (line: string) => {
  const [one] = parseEvents([line], '--init-event');
  return one === undefined || 'file' in one.event ? null : { function: one.function, probe: probeOf(one.event) };
};

describe('a function that speaks HTTP itself', () => {
  it.each([
    ['http 8080', null, { port: 8080, ready: '/', request: '/' }],
    ['http 8080 /healthz', null, { port: 8080, ready: '/healthz', request: '/healthz' }],
    ['http  3000 /healthz /orders?id=7', null, { port: 3000, ready: '/healthz', request: '/orders?id=7' }],
    ['orders=http 8080 /', 'orders', { port: 8080, ready: '/', request: '/' }],
  ])('%s', (line, name, probe) => {
    expect(read(line)).toEqual({ function: name, probe });
  });

  it.each([
    ['http', /write the port and the path that says that it is ready, such as http 8080 \/healthz/],
    ['http 0', /write the port/],
    ['http 65536 /', /write the port/],
    ['http 8080 healthz', /"?healthz"? is no path: it begins with \//],
    ['http 8080 / / /', /write the port/],
    ['http localhost:8080', /write the port/],
  ])('%s is refused', (line, message) => {
    expect(() => read(line)).toThrow(message);
    expect(() => read(line)).toThrow(UsageError);
  });

  it('is read again from a snapshot, or is none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), fc.stringMatching(/^\/[a-z0-9/?=]{0,20}$/), (port, path) => {
        expect(probeOf(httpEvent(`http ${port} ${path}`, 'x'))).toEqual({ port, ready: path, request: path });
      }),
    );
    for (const text of ['', '7', '{}', '{"port":"8080","ready":"/","request":"/"}', '{"port":8080,"ready":"x","request":"/"}'])
      expect(probeOf({ name: 'http', text })).toBeNull();
    expect(probeOf({ name: 'own', text: '{"port":8080,"ready":"/","request":"/"}' })).toBeNull();
  });
});

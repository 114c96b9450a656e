import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEvents } from '../../../src/init/events/read-events.ts';
import { parseEvents } from '../../../src/init/events/written-events.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-events-'));
  await mkdir(join(folder, 'events'));
  await writeFile(join(folder, 'events/order.json'), '\uFEFF{ "order": 1 }\n');
  await writeFile(join(folder, 'events/broken.json'), '{ "order": ');
  await writeFile(join(folder, 'events/empty.json'), '');
  await writeFile(join(folder, 'events/latin.json'), Buffer.from('{ "name": "Zo\xEB" }', 'latin1'));
  await writeFile(join(folder, 'events/large.json'), '');
  await writeFile(join(folder, 'secret'), 'AKIA0123456789EXAMPLE');
  await writeFile(join(folder, 'late'), '{"a": AKIA0123456789EXAMPLE}');
  await symlink(join(folder, 'secret'), join(folder, 'events/link.json'));
  await truncate(join(folder, 'events/large.json'), 6 * 1024 * 1024 + 1);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (line: string) => readEvents(parseEvents([line], 'input init-event'), folder, 'input init-event');

it('reads files relative to a folder, and leaves the rest as it is', async () => {
  expect(await read('orders=events/order.json')).toEqual([{ function: 'orders', event: { name: 'own', text: '{ "order": 1 }' } }]);
  expect(await read(join(folder, 'events/order.json'))).toHaveLength(1);
  expect(await read('sqs')).toMatchObject([{ event: { name: 'sqs' } }]);
});

it.each([
  ['events/orders.json', /^input init-event .*events\/orders\.json.*: there is no such file \(.*one of api-gateway-v1, /],
  ['api-gateway-2', /there is no such file .*; did you mean "api-gateway-v2"\?/],
  ['api-gateway', /; did you mean "api-gateway-v1" or "api-gateway-v2"\?/],
  ['SQS', /; did you mean "sqs"\?/],
  [
    'nothing-like-it',
    /there is no such file \([^)]*\); an event is JSON, a file that holds it, http PORT READY REQUEST .*, or one of api-gateway-v1, .*dynamodb-streams$/,
  ],
  ['events/broken.json', /^input init-event .*events\/broken\.json.* is no JSON \(/],
  ['events/empty.json', /empty\.json.* is no JSON \(/],
  ['events/latin.json', /latin\.json is no JSON: it is not in UTF-8$/],
  ['events/large.json', /large\.json has 6291457 bytes, and Lambda takes events of 6291456 at most/],
  ['events', /events is no file$/],
  ['/dev/zero', /\/dev\/zero is no file$/],
])('refuses %s, with its place', async (line, message) => {
  await expect(read(line)).rejects.toThrow(message);
});

it.each(['events/link.json', 'secret', 'late'])(
  'quotes nothing of what stands in %s: it may be no file of the repository',
  async (line) => {
    const message = await read(line).then(String, String);
    expect(message).toContain('is no JSON (');
    expect(message).not.toMatch(/AKI|"A|'A/);
  },
);

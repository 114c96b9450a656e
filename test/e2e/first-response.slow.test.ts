import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSnapshot } from '../../src/core/snapshot/snapshot.ts';
import { ANSWERING_MAIN } from '../init/answering-functions.ts';
import { QUICK_PROFILE } from './checks.ts';
import { Home } from './coldgate.ts';
import { Project, tiny } from './project.ts';

let home: Home;
let project: Project;

const DECLARED = '\n[package.metadata.coldgate]\ninit-event = "events/order.json"\n';

beforeAll(async () => {
  home = await Home.create();
  project = await Project.create({
    ...tiny('tiny', `${QUICK_PROFILE}${DECLARED}`),
    'src/main.rs': ANSWERING_MAIN,
    'events/order.json': '{ "order": 7 }\n',
  });
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

async function measured(...args: readonly string[]) {
  const folder = join(home.path, `out-${args.length}`);
  const ended = await home.run(project.path, ['measure', '-o', folder, ...args]);
  expect(ended).toMatchObject({ code: 0 });
  const snapshot = parseSnapshot(await readFile(join(folder, 'snapshot.json'), 'utf8'), folder);
  const init = snapshot.functions[0]?.init;
  return { snapshot, stderr: ended.stderr, response: init?.kind === 'measured' ? init.firstResponse : null };
}

describe('a first response', () => {
  test("is to what the package's manifest declares, which the snapshot holds", async () => {
    const { snapshot, stderr, response } = await measured('--init-env=MODE=echo');
    const text = '{ "order": 7 }';
    expect(snapshot.events).toEqual([{ package: 'tiny', function: null, file: 'Cargo.toml', name: 'own', text }]);
    expect(response).toMatchObject({
      kind: 'measured',
      by: { kind: 'event', name: 'own' },
      answer: { kind: 'response', bytes: text.length },
    });
    expect(stderr).toContain('measured init of tiny (20 starts, first response to an event of your own)');
  });

  test('is to the option before that', async () => {
    const { stderr, response } = await measured('--init-env=MODE=error', '--init-event=sqs');
    expect(response).toMatchObject({
      by: { kind: 'event', name: 'sqs' },
      answer: { kind: 'error', errorType: 'Table', message: 'no table' },
      instructions: { kind: 'counted', phases: null },
    });
    expect(stderr).toContain('first response to sqs');
  });
});

describe('is refused before anything is built', () => {
  test.each([
    [
      '--init-event=events/orders.json',
      /--init-event "events\/orders\.json": there is no such file \(.*an event is JSON, a file .* or one of api-gateway-v1, /,
    ],
    ['--init-event={"order": ', /--init-event .* is no JSON/],
    ['--init-event=ordrs=sqs', /--init-event: there is no function "ordrs" \(functions: tiny\)/],
  ])('%s', async (option, message) => {
    const ended = await home.run(project.path, ['check', option]);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    expect(ended.stderr).not.toContain('compiling');
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANSWERING_MAIN } from '../init/answering-functions.ts';
import { jsonOf, QUICK_PROFILE } from './checks.ts';
import { Home } from './coldgate.ts';
import { Project, tiny } from './project.ts';

let home: Home;
let project: Project;

const EVENT_CAME = 'let (id, event) = next(&mut stream, &api);';

/** The function with statements at the start of its `main`, and between event and answer. */
function answering(init: string, handler: string): Record<string, string> {
  const main = ANSWERING_MAIN.replace('fn main() {', `fn main() {\n    ${init}`).replace(EVENT_CAME, `${EVENT_CAME}\n    ${handler}`);
  return { 'src/main.rs': main };
}

beforeAll(async () => {
  home = await Home.create();
  project = await Project.create({ ...tiny('tiny', QUICK_PROFILE), ...answering('build_table();', '') });
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

async function check(...args: readonly string[]) {
  return home.run(project.path, ['check', '--init=local', '--init-event=sqs', '--json', '-', ...args]);
}

describe('a check with an event', () => {
  test('tells work that the first request does now as moved, not as a gain', async () => {
    await project.commit(answering('', 'build_table();'), 'the table on first use');
    const graphs = join(home.path, 'graphs');
    const ended = await check('--flame-graphs', graphs);
    expect(ended.code).toBe(0);
    const { functions, verdict } = jsonOf(ended);
    const [fn] = functions;
    expect(fn?.firstResponse).toMatchObject({
      state: { kind: 'measured' },
      event: 'sqs',
      moved: { direction: 'later', functions: [{ name: expect.stringMatching(/build_table|planted/), own: true }] },
    });
    const { amount = 0, together = { base: 0, head: 0 } } = fn?.firstResponse.moved ?? {};
    expect(amount).toBeGreaterThan(4_000_000);
    expect(Math.abs(together.head - together.base)).toBeLessThan(amount / 50);
    expect(verdict.sentence).toMatch(/^pass: tiny moved \S+ M instructions from init to the first request/);
    expect(verdict.sentence).not.toContain('faster');
    expect(await readFile(join(graphs, 'tiny.svg'), 'utf8')).toContain('instructions to the first response');
  });

  test('holds a limit on it', async () => {
    await project.commit(answering('', 'build_table(); build_table();'), 'twice');
    const ended = await check('--limit', 'first-response.instructions: +5%', '--limit', 'first-response.connects: +0');
    expect(ended.code).toBe(1);
    expect(jsonOf(ended).verdict).toMatchObject({ breaches: [{ kind: 'limit', metric: 'first-response.instructions' }], unchecked: [] });
    // Without an event nobody measured it, whatever was written.
    const without = await home.run(project.path, ['check', '--init=local', '--limit', 'first-response.instructions: +5%']);
    expect(without.code).toBe(3);
    expect(without.stdout.replaceAll(/\s+/g, ' ')).toContain('init-event');
  });

  test('fails where base answers and head does not, with its own words', async () => {
    await project.commit(answering('', 'panic!("TABLE_NAME must be set: NotPresent");'), 'a table that is not there');
    const ended = await check();
    expect(ended.code).toBe(1);
    const { verdict } = jsonOf(ended);
    expect(verdict.breaches).toMatchObject([
      { kind: 'first-response', function: 'tiny', why: { kind: 'failed', failure: { kind: 'exited' } } },
    ]);
    // cargo lambda builds with panic = "abort".
    expect(verdict.sentence).toMatch(
      /^fail: tiny no longer answers its first request: it was ended by SIGABRT before its first response, and base answers it; last line: "TABLE_NAME must be set: NotPresent"/,
    );
  });
});

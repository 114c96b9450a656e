import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TINY_MAIN } from '../e2e/project.ts';
import { type Opened, REPOSITORY, Scene } from './scene.ts';

// The runner masks secrets in a job's log and nowhere else: not in artifacts, caches and comments.
const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
const PASSWORD = 'correct-horse-battery';
const REGISTRY = 'cio_9876543210';
const inputs = {
  prepare: `echo 'Authorization: Bearer ${TOKEN}' > /dev/null`,
  'build-args': `--config=env.CORP_TOKEN="${REGISTRY}"`,
};
const env = { CARGO_REGISTRIES_CORP_INDEX: `sparse+https://ci:${PASSWORD}@crates.example/index/` };

let scene: Scene;
let opened: Opened;
beforeAll(async () => {
  scene = await Scene.open();
  opened = await scene.pull('green', { 'src/main.rs': `${TINY_MAIN}\n// green\n` });
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Which of them stand in a file, as they are. */
function secretsIn(contents: Buffer): readonly string[] {
  return [TOKEN, PASSWORD, REGISTRY].filter((secret) => contents.includes(secret));
}

/** What is kept for other runs, and goes into the Actions cache on push. */
async function stored(): Promise<readonly string[]> {
  const repositories = join(scene.home.path, 'repositories');
  const all = await readdir(repositories, { recursive: true, withFileTypes: true });
  return all
    .filter((file) => file.isFile() && /\/snapshots?\//.test(`${file.parentPath}/`))
    .map((file) => join(file.parentPath, file.name));
}

test('what a job uploads and keeps holds no command, no argument and no variable as it was given', async () => {
  const run = scene.state.run(REPOSITORY, { event: 'pull_request', headBranch: opened.branch, headSha: opened.head });
  const ran = await scene.run(scene.event(opened), { mode: 'measure', ...inputs }, { runId: run.id, env });
  expect(ran.code, ran.stdout).toBe(0);
  const entries = scene.results.artifacts(run.id).flatMap(({ zip }) => new AdmZip(zip).getEntries());
  expect(entries.map(({ entryName }) => entryName)).toEqual(expect.arrayContaining(['leg.json', 'head/snapshot.json']));
  for (const entry of entries) expect(secretsIn(entry.getData()), entry.entryName).toEqual([]);
  const files = await stored();
  expect(files.some((file) => file.endsWith('snapshot.json'))).toBe(true);
  for (const file of files) expect(secretsIn(await readFile(file)), file).toEqual([]);
});

test('nor the comment, where the command fails', async () => {
  expect(await scene.run(scene.event(opened), { ...inputs, comment: 'always' }, { runId: 901, env })).toMatchObject({ code: 0 });
  expect(scene.comments(opened)).toHaveLength(1);
  const failing = { ...inputs, prepare: `echo 'curl: ${TOKEN} was refused' >&2; exit 7` };
  expect(await scene.run(scene.event(opened), { ...failing, comment: 'always' }, { runId: 902, env })).toMatchObject({ code: 1 });
  const [comment] = scene.comments(opened);
  expect(comment?.body).toContain('could not be measured');
  expect(comment?.body).toContain('prepare failed with exit code 7');
  expect(secretsIn(Buffer.from(comment?.body ?? ''))).toEqual([]);
});

test('nor where cargo quotes an argument or an address', async () => {
  const quoting = { 'build-args': `--config=env.CORP_TOKEN=${REGISTRY}` };
  const main = `${TINY_MAIN}\ncompile_error!("fetched https://ci:${PASSWORD}@crates.example/index/");\n`;
  expect(await scene.run(scene.event(opened), { ...quoting, comment: 'always' }, { runId: 903 })).toMatchObject({ code: 1 });
  expect(scene.comments(opened)[0]?.body).toContain('could not be measured');
  expect(secretsIn(Buffer.from(scene.comments(opened)[0]?.body ?? ''))).toEqual([]);
  opened = await scene.push(opened, { 'src/main.rs': main });
  expect(await scene.run(scene.event(opened), { comment: 'always' }, { runId: 904 })).toMatchObject({ code: 1 });
  expect(scene.comments(opened)[0]?.body).toContain('crates.example');
  expect(secretsIn(Buffer.from(scene.comments(opened)[0]?.body ?? ''))).toEqual([]);
});

import AdmZip from 'adm-zip';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workflowRunEvent } from '../doubles/events.ts';
import { QUICK_PROFILE } from '../e2e/checks.ts';
import { TINY_MAIN, tiny } from '../e2e/project.ts';
import type { Ran } from './harness.ts';
import { FORK, type Opened, REPOSITORY, Scene } from './scene.ts';

const LEG = 'coldgate-default@default';
const LIMIT = 'zip: +20 kB';

let scene: Scene;
let opened: Opened;
let other: Opened;
let first = '';
/** What `measure` uploaded, unchanged. */
let honest: Buffer;
beforeAll(async () => {
  scene = await Scene.open(tiny('tiny', `${QUICK_PROFILE}\n[package.metadata.coldgate]\nlimits = ["${LIMIT}"]\n`));
  first = await scene.project.git('rev-parse', 'HEAD');
  await scene.project.commit({ NOTES: 'main' }, 'two');
  other = await scene.pull('other', { NOTES: 'somebody else' });
  opened = await scene.pull('topic', { 'src/main.rs': `${TINY_MAIN}\n// topic\n` }, { author: 'mallory', fork: true });
  const run = measuring();
  const readOnly = scene.state.token(REPOSITORY, { permissions: { contents: 'read' } });
  await scene.run(scene.event(opened), { mode: 'measure', 'github-token': readOnly }, { runId: run.id });
  honest = scene.results.artifacts(run.id)[0]?.zip ?? Buffer.alloc(0);
});
afterAll(() => scene[Symbol.asyncDispose]());

function measuring(): ReturnType<Scene['state']['run']> {
  const head = { headBranch: opened.branch, headSha: opened.head, headRepository: FORK };
  return scene.state.run(REPOSITORY, { event: 'pull_request', ...head, actor: 'mallory', conclusion: 'success' });
}

async function report(legs: Readonly<Record<string, Buffer>>, inputs: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const run = measuring();
  for (const [name, zip] of Object.entries(legs)) scene.state.artifact(REPOSITORY, run.id, { name, zip });
  const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: run.id });
  const reporting = scene.state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha: event.sha });
  return scene.run(event, { mode: 'report', ...inputs }, { runId: reporting.id });
}

type Json = Record<string, unknown>;
function edited(zip: Buffer, entry: string, edit: (value: Json) => Json): Buffer {
  const archive = new AdmZip(zip);
  archive.updateFile(entry, Buffer.from(JSON.stringify(edit(JSON.parse(archive.readAsText(entry))))));
  return archive.toBuffer();
}
const base = (edit: (value: Json) => Json) => (zip: Buffer) => edited(zip, 'base/snapshot.json', edit);
const commit = (sha: string) => (value: Json) => ({ ...value, commit: { ...Object(value.commit), sha } });

const asked = (): readonly string[] =>
  scene.github.requests.flatMap(({ path }) => /\/repos\/octo\/app\/((?:git|compare|commits)\/.*)/.exec(path)?.[1] ?? []);

test('what is true is confirmed, in a few requests whatever the number of legs, and what nobody can ask is marked', async () => {
  const before = asked().length;
  const leg = (name: string): Buffer => edited(honest, 'leg.json', (value) => ({ ...value, leg: name }));
  const legs = { 'coldgate-default@a': leg('a'), 'coldgate-default@b': leg('b'), 'coldgate-default@c': leg('c') };
  const ran = await report(legs, { legs: 'a\nb\nc' });
  expect(ran, ran.stdout).toMatchObject({ code: 0 });
  // The merge commit's parents, base against its branch, base's tree, its one manifest.
  expect(
    asked()
      .slice(before)
      .map((path) => path.replace(/\/[^/]*$/, '')),
  ).toEqual(['git/commits', 'compare', 'git/trees', 'git/blobs']);
  expect(scene.comments(opened)[0]?.body).toContain(
    "GitHub confirms head, base, base's limits; only the artifact says figures, causes, tools",
  );
  expect(ran.summary).toContain('only the artifact says figures');
});

test.each<readonly [string, (zip: Buffer) => Buffer, RegExp]>([
  ['a limit that was dropped', base((value) => ({ ...value, limits: [] })), /Cargo\.toml at base declares "zip: \+20 kB".* says no limits/],
  [
    'a limit that was raised',
    base((value) => JSON.parse(JSON.stringify(value).replaceAll(LIMIT, 'zip: +20 MB'))),
    /declares "zip: \+20 kB".* says "zip: \+20 MB"/,
  ],
  [
    'a limit in a file that is not there',
    base((value) => ({
      ...value,
      limits: [...(value.limits as Json[]), { text: 'none', package: 'tiny', file: 'x/Cargo.toml', line: 1 }],
    })),
    /x\/Cargo\.toml declares limits, and base .* has no such file/,
  ],
  ['an older base', base((value) => commit(first)(value)), /it compares with .* the base of this head is/],
  [
    "another pull request's merge",
    (zip) => edited(zip, 'head/snapshot.json', (value) => commit(other.merge)(value)),
    /neither .* nor its merge with the base/,
  ],
  [
    'a commit that nobody has',
    (zip) => edited(zip, 'head/snapshot.json', (value) => commit('e'.repeat(40))(value)),
    /404 to GET .*git\/commits/,
  ],
  [
    'that there is nothing before it',
    (zip) =>
      edited(zip, 'leg.json', (value) => ({
        ...value,
        base: { kind: 'missing', why: { kind: 'first-run', sha: null, reason: 'x', limits: [] } },
      })),
    /no commit before it/,
  ],
])('%s refuses the leg in a sentence', async (_, tamper, sentence) => {
  const ran = await report({ [LEG]: tamper(honest) });
  expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
  expect(ran.outputs.sentence).toContain('was refused');
  expect(scene.comments(opened)[0]?.body).toMatch(sentence);
  expect(scene.state.statuses(REPOSITORY, opened.head)[0]).toMatchObject({ state: 'failure' });
});

test('a commit before a base that does not build stands in, and that it does not is marked', async () => {
  const limits = [{ text: LIMIT, package: 'tiny', file: 'Cargo.toml', line: null }];
  const standing = (sha: string) => (zip: Buffer) =>
    edited(base((value) => commit(sha)(value))(zip), 'leg.json', (value) => ({
      ...value,
      base: { kind: 'measured', origin: 'stored', insteadOf: { kind: 'does-not-build', sha: opened.pull.base.sha, reason: 'x', limits } },
    }));
  const ran = await report({ [LEG]: standing(first)(honest) });
  expect(ran.outputs.sentence, ran.stdout).not.toContain('refused');
  expect(scene.comments(opened)[0]?.body).toContain(`that ${opened.pull.base.sha.slice(0, 12)} could not be measured`);
  expect((await report({ [LEG]: standing(other.head)(honest) })).outputs.sentence).toMatch(/its base .* is not on/);
});

test('without the right to ask it is named, and nothing passes', async () => {
  scene.github.fail({ path: /\/git\/commits\//, status: 403 });
  const ran = await report({ [LEG]: honest });
  expect(ran).toMatchObject({ code: 1 });
  expect(scene.comments(opened)[0]?.body).toContain('the job needs contents: read');
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildMark } from '../../src/core/history/at-commit.ts';
import { mergeMonths, monthsOf } from '../../src/core/history/months.ts';
import { filesOf } from '../../src/core/history/update.ts';
import { parseSnapshot } from '../../src/core/snapshot/snapshot.ts';
import { branchStore } from '../../src/history/branch.ts';
import { aLine } from '../core/history/lines.ts';
import { workflowRunEvent } from '../doubles/events.ts';
import { QUICK_PROFILE } from '../e2e/checks.ts';
import { carrying } from '../e2e/drifting.ts';
import { shell, tiny } from '../e2e/project.ts';
import { ENV } from '../git/environment.ts';
import type { Ran } from './harness.ts';
import { FORK, type Opened, REPOSITORY, Scene } from './scene.ts';

const LEG = 'coldgate-default@default';

let scene: Scene;
let opened: Opened;
let release = '';
/** What `measure` uploaded, unchanged. */
let honest: Buffer;
let said = '';
beforeAll(async () => {
  scene = await Scene.open({
    ...tiny('tiny', `${QUICK_PROFILE}\n[package.metadata.coldgate]\nlimits = ["zip: +10% since v*"]\n`),
    ...carrying(0),
  });
  release = await scene.project.git('rev-parse', 'HEAD');
  await scene.project.git('tag', 'v1.0.0');
  await scene.project.commit(carrying(15), 'two');
  opened = await scene.pull('topic', carrying(30), { author: 'mallory', fork: true });
  await scene.project.git('tag', 'v9.0.0', opened.head);
  const run = measuring();
  const readOnly = scene.state.token(REPOSITORY, { permissions: { contents: 'read' } });
  const ran = await scene.run(scene.event(opened), { mode: 'measure', 'github-token': readOnly }, { runId: run.id });
  said = ran.stdout;
  honest = scene.results.artifacts(run.id)[0]?.zip ?? Buffer.alloc(0);
});
afterAll(() => scene[Symbol.asyncDispose]());

function measuring(): ReturnType<Scene['state']['run']> {
  const head = { headBranch: opened.branch, headSha: opened.head, headRepository: FORK };
  return scene.state.run(REPOSITORY, { event: 'pull_request', ...head, actor: 'mallory', conclusion: 'success' });
}

async function report(zip: Buffer, inputs: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const run = measuring();
  scene.state.artifact(REPOSITORY, run.id, { name: LEG, zip });
  const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: run.id });
  const reporting = scene.state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha: event.sha });
  return scene.run(event, { mode: 'report', ...inputs }, { runId: reporting.id });
}

type Reference = { readonly since: object; readonly found: Record<string, unknown> };
function claiming(edit: (reference: Reference) => readonly Reference[]): Buffer {
  const archive = new AdmZip(honest);
  const leg = JSON.parse(archive.readAsText('leg.json'));
  archive.updateFile('leg.json', Buffer.from(JSON.stringify({ ...leg, references: leg.references.flatMap(edit) })));
  return archive.toBuffer();
}

test('what a pull request grew since a release is measured in its job and judged where nothing of it runs', async () => {
  expect(said).toContain(`v1.0.0 (${release.slice(0, 7)}): building once for "zip: +10% since v*"`);
  const ran = await report(honest);
  expect(ran, ran.stdout).toMatchObject({ code: 1 });
  const body = (scene.comments(opened)[0]?.body ?? '').replaceAll('\u00a0', ' ');
  expect(body).toMatch(/`tiny` has grown since v1\.0\.0: package \+\d.* kB \(\+\d.* %\), \d.* kB of it by this change/);
  expect(body).toContain("GitHub confirms head, base, base's limits, v1.0.0; only the artifact says");
  expect(body).toContain('that base has no tag v* newer than v1.0.0');
});

test('a limit that the measuring job did not know is said to be unmeasured, and is no pass', async () => {
  const ran = await report(claiming(() => []));
  expect(ran.code).toBe(1);
  expect(scene.comments(opened)[0]?.body).toContain('the measuring job did not measure what growth is counted from');
});

test.each<readonly [string, (reference: Reference) => Reference, RegExp]>([
  [
    'a tag that is another commit',
    (one) => ({ ...one, found: { ...one.found, sha: opened.head } }),
    /counts growth from v1\.0\.0 at \w+, and v1\.0\.0 is/,
  ],
  [
    'a tag of head',
    (one) => ({ ...one, found: { ...one.found, name: 'v9.0.0', sha: opened.head } }),
    /v9\.0\.0 at \w+, which is not on its base/,
  ],
  ['a tag that the limit does not mean', (one) => ({ ...one, found: { ...one.found, name: 'w1' } }), /w1 at \w+, which is no tag v\*/],
  [
    'a day on which base was head',
    (one) => ({ since: { kind: 'day', day: '2026-10-01' }, found: { ...one.found, name: '2026-10-01', sha: opened.head } }),
    /2026-10-01 at \w+, which is not on its base/,
  ],
])('%s refuses the leg', async (_, edit, reason) => {
  const ran = await report(claiming((one) => [edit(one)]));
  expect(ran.code).toBe(1);
  expect(scene.comments(opened)[0]?.body).toMatch(reason);
});

test("a release that the repository's history has is not built", async () => {
  const root = await mkdtemp(join(tmpdir(), 'coldgate-hub-'));
  try {
    const hub = join(root, REPOSITORY);
    await shell(`git init --quiet --bare "${hub}"`, root);
    const { invocation } = parseSnapshot(new AdmZip(honest).readAsText('head/snapshot.json'), 'head');
    const { arch, coldgate, cargoLambda, rustc } = invocation;
    const line = aLine({
      ...{ commit: release, function: 'tiny', crate: 'tiny', arch, figures: { zip: 100_000 } },
      ...{ tools: { coldgate, cargoLambda, rustc, cLibrary: null }, build: buildMark(invocation) },
    });
    const store = branchStore({ url: hub, env: ENV }, { scratch: root, signal: new AbortController().signal, format: 'sha1' });
    await store.update(({ months }) => filesOf(mergeMonths(months, monthsOf([line]))), 'one line');
    const check = async (inputs: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}): Promise<Ran> => {
      await scene.forget();
      return scene.run(scene.event(opened), { mode: 'check', ...inputs }, { env: { GITHUB_SERVER_URL: `file://${root}`, ...env } });
    };
    const known = await check();
    expect(known.stdout).toContain(`v1.0.0 (${release.slice(0, 7)}): measured before, taken from the history`);
    expect(known.stdout).not.toContain('building once');
    expect(known.summary.replaceAll('\u00a0', ' ')).toMatch(
      /package since v1\.0\.0 \| \+126 kB \(×2\.3\) \| `\+10 % since v\*` \| 100 kB \| 226 kB/,
    );
    // What was built otherwise is no measure of what is built now.
    expect((await check({}, { RUSTFLAGS: '-Cdebug-assertions=on' })).stdout).toContain('building once');
    // Another key's lines are none of this one's, and a history that cannot be read is no failure.
    expect((await check({ key: 'arm' })).stdout).toContain('building once');
    await rm(hub, { recursive: true });
    expect((await check()).stdout).toMatch(/the history cannot be read: .*[\s\S]*building once/);
  } finally {
    await rm(root, { recursive: true });
  }
});

test('figures that are no figures refuse it too', async () => {
  const ran = await report(
    claiming((one) => [{ ...one, found: { ...one.found, functions: [{ name: 'tiny', crate: 'tiny', figures: { zip: -1 } }] } }]),
  );
  expect(ran.stdout).toMatch(/leg\.json cannot be read \(references\.0\.found\.functions\.0\.figures\.zip/);
});

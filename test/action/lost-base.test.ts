import AdmZip from 'adm-zip';
import { describe, expect, test } from 'vitest';
import { workflowRunEvent } from '../doubles/events.ts';
import { heavier, QUICK_PROFILE } from '../e2e/checks.ts';
import { manifest, TINY_MAIN, tiny } from '../e2e/project.ts';
import type { Ran } from './harness.ts';
import { FORK, type Opened, REPOSITORY, Scene } from './scene.ts';

const LEG = 'coldgate-default@default';
const BROKEN = TINY_MAIN.replace('fn main() {', 'fn main() {\n    let wrong: u32 = "text";\n    drop(wrong);');

type Json = Record<string, unknown>;
type Inputs = Readonly<Record<string, string>>;

/** A fork's pull request measured in one run, and what its artifact is made into reported on in another. */
async function pair(
  scene: Scene,
  opened: Opened,
  { measure = {}, report = {} }: { readonly measure?: Inputs; readonly report?: Inputs } = {},
) {
  const head = { headBranch: opened.branch, headSha: opened.head, headRepository: FORK };
  const start = () => scene.state.run(REPOSITORY, { event: 'pull_request', ...head, actor: 'mallory', conclusion: 'success' });
  const run = start();
  await scene.project.git('checkout', '--quiet', opened.merge);
  const readOnly = scene.state.token(REPOSITORY, { permissions: { contents: 'read' } });
  const measured = await scene.run(scene.event(opened), { mode: 'measure', 'github-token': readOnly, ...measure }, { runId: run.id });
  expect(measured, measured.stdout).toMatchObject({ code: 0 });
  const honest = scene.results.artifacts(run.id)[0]?.zip ?? Buffer.alloc(0);
  const judge = (zip: Buffer = honest): Promise<Ran> => {
    const anew = start();
    scene.state.artifact(REPOSITORY, anew.id, { name: LEG, zip });
    const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: anew.id });
    const reporting = scene.state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha: event.sha });
    return scene.run(event, { mode: 'report', legs: 'default', ...report }, { runId: reporting.id });
  };
  const edited = (edit: (value: Json) => Json): Buffer => {
    const archive = new AdmZip(honest);
    archive.updateFile('leg.json', Buffer.from(JSON.stringify(edit(JSON.parse(archive.readAsText('leg.json'))))));
    return archive.toBuffer();
  };
  return { judge, edited, body: () => scene.comments(opened)[0]?.body ?? '' };
}

const missing = (why: Json) => (value: Json) => ({ ...value, base: { kind: 'missing', why: { reason: 'x', limits: [], ...why } } });

describe('base does not build', () => {
  test('its limits count in the pair, and an artifact that leaves them out is refused', async () => {
    const limits = '\n[package.metadata.coldgate]\nlimits = ["zip: 1 MB", "zip: +1 kB"]\n';
    await using scene = await Scene.open({ ...tiny('tiny', `${QUICK_PROFILE}${limits}`), 'src/main.rs': BROKEN });
    const opened = await scene.pull('grow', heavier(100), { author: 'mallory', fork: true });
    const { judge, edited, body } = await pair(scene, opened);
    const ran = await judge();
    expect(ran, ran.stdout).toMatchObject({ code: 1, outputs: { verdict: 'unchecked' } });
    expect(ran.outputs.sentence).toMatch(
      /^not checked: tiny's package has nothing to be compared with .*; the limit is \+1 kB \(Cargo\.toml:13\)/,
    );
    expect(body()).toContain("GitHub confirms head, base, base's limits");
    const forged = await judge(edited(missing({ kind: 'does-not-build', sha: opened.pull.base.sha })));
    expect(forged.outputs.sentence).toContain('was refused');
    expect(body()).toMatch(/Cargo\.toml at base declares "zip: 1 MB", "zip: \+1 kB".* says no limits/);
    const first = await judge(edited(missing({ kind: 'first-run', sha: opened.pull.base.sha })));
    expect(first.outputs.sentence).toContain('was refused');
    expect(body()).toMatch(/there is no project at its base .*Cargo\.toml there is of tiny/);
  });
});

describe('the pull request that adds the first Lambda', () => {
  test('passes in the pair: GitHub confirms that its base has none', async () => {
    await using scene = await Scene.open({ 'README.md': 'a repository without a Lambda yet\n' });
    const opened = await scene.pull('first', tiny('tiny', QUICK_PROFILE), { author: 'mallory', fork: true });
    const { judge, body } = await pair(scene, opened, { report: { limits: 'zip: +1 kB\nzip: 1 MB' } });
    const ran = await judge();
    expect(ran, ran.stdout).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
    expect(ran.outputs.sentence).toMatch(/^first measurement: tiny/);
    expect(body()).toMatch(/GitHub confirms head, base/);
  });

  test('whose functions several jobs share out', async () => {
    await using scene = await Scene.open({ 'README.md': 'a repository without a Lambda yet\n' });
    const opened = await scene.pull('first', tiny('tiny', QUICK_PROFILE));
    const run = scene.state.run(REPOSITORY, { event: 'pull_request', headBranch: opened.branch, headSha: opened.head });
    await scene.project.git('checkout', '--quiet', opened.merge);
    const ran = await scene.run(scene.event(opened), { mode: 'measure', shard: '1/2' }, { runId: run.id });
    expect(ran, ran.stdout).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('shard 1 of 2: tiny/tiny (1 in all)');
  });

  test("beside other projects of the repository too, under its workspace's limits", async () => {
    const other = manifest('tool');
    await using scene = await Scene.open({ 'tools/Cargo.toml': other, 'tools/src/lib.rs': '', '.gitignore': 'target/\n' });
    const lambda = Object.entries(tiny('tiny', QUICK_PROFILE)).map(([path, text]) => [`lambda/${path}`, text]);
    const opened = await scene.pull('first', Object.fromEntries(lambda), { author: 'mallory', fork: true });
    const { judge } = await pair(scene, opened, {
      measure: { 'manifest-path': 'lambda/Cargo.toml' },
      report: { limits: 'zip: +1 kB' },
    });
    const ran = await judge();
    expect(ran, ran.stdout).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
  });
});

describe('a project that moved', () => {
  test('is compared with where it was, and an artifact that calls it new is refused', async () => {
    await using scene = await Scene.open(tiny('tiny', QUICK_PROFILE));
    const files = { ...tiny('tiny', QUICK_PROFILE), ...heavier(200) };
    const moved = Object.entries(files).flatMap(([path, text]) => [
      [`backend/${path}`, text],
      [path, null],
    ]);
    const opened = await scene.pull('move', { ...Object.fromEntries(moved), '.gitignore': 'target/\n' }, { author: 'mallory', fork: true });
    const { judge, edited, body } = await pair(scene, opened, {
      measure: { 'manifest-path': 'backend/Cargo.toml' },
      report: { limits: 'zip: +1 kB' },
    });
    const ran = await judge();
    expect(ran, ran.stdout).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(ran.outputs.sentence).toMatch(/^fail: tiny became larger: package \+1\d\d kB/);
    const forged = await judge(edited(missing({ kind: 'first-run', sha: opened.pull.base.sha })));
    expect(forged.outputs.sentence).toContain('was refused');
    expect(body()).toMatch(/there is no project at its base .*Cargo\.toml there is gone/);
  });
});

describe('main was force-pushed', () => {
  const opening = async (): Promise<{ readonly scene: Scene; readonly root: string }> => {
    const scene = await Scene.open();
    const root = await scene.project.git('rev-parse', 'HEAD');
    await scene.project.commit({ NOTES: 'to be dropped' }, 'two');
    return { scene, root };
  };

  test('behind the base that GitHub has for the pull request: judged, and said', async () => {
    const { scene, root } = await opening();
    await using _ = scene;
    const opened = await scene.pull('topic', { 'README.md': 'docs only\n' }, { author: 'mallory', fork: true });
    await scene.project.git('branch', '--force', 'main', root);
    const { judge, body } = await pair(scene, opened);
    const ran = await judge();
    expect(ran, ran.stdout).toMatchObject({ code: 0 });
    expect(body()).toMatch(new RegExp(`that base ${opened.pull.base.sha.slice(0, 12)} was on main and is not any more`));
  });

  test('of a head that was measured by itself the base is where the two parted then', async () => {
    const { scene, root } = await opening();
    await using _ = scene;
    const opened = await scene.pull('topic', { 'README.md': 'docs only\n' }, { author: 'mallory', fork: true });
    await scene.project.git('branch', '--force', 'main', root);
    const { judge, body } = await pair(scene, { ...opened, merge: opened.head });
    const ran = await judge();
    expect(ran, ran.stdout).toMatchObject({ code: 0 });
    expect(body()).toMatch(new RegExp(`that base ${opened.pull.base.sha.slice(0, 12)} was on main and is not any more`));
  });

  test('behind a base that GitHub does not vouch for: refused, with what helps', async () => {
    const { scene, root } = await opening();
    await using _ = scene;
    const opened = await scene.pull('topic', { 'README.md': 'docs only\n' }, { author: 'mallory', fork: true });
    Object.assign(opened.pull.base, { sha: root });
    await scene.project.git('branch', '--force', 'main', root);
    const { judge, body } = await pair(scene, opened);
    const ran = await judge();
    expect(ran).toMatchObject({ code: 1 });
    expect(body()).toMatch(/its base .* is not on main: push, or close and reopen the pull request, for a run against its present base/);
    expect(body()).not.toContain('measure again');
  });
});

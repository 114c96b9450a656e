import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partSelection } from '../../src/measure/part.ts';
import type { Check } from '../../src/report/json/schema.ts';
import { workflowRunEvent } from '../doubles/events.ts';
import type { Run } from '../doubles/records.ts';
import { QUICK_PROFILE } from '../e2e/checks.ts';
import { manifest, TINY_MAIN } from '../e2e/project.ts';
import type { Ran } from './harness.ts';
import { type Opened, REPOSITORY, Scene } from './scene.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const main = (more = ''): string => TINY_MAIN.replace('fn main() {', `fn main() {${more}`);
const louder = '\n    std::hint::black_box([7u8; 4096]);\n    println!("{}", std::env::args().count());';
const member = (name: string, more = ''): Record<string, string> => ({
  [`${name}/Cargo.toml`]: manifest(name),
  [`${name}/src/main.rs`]: main(more),
});
const lock = (names: readonly string[]): string =>
  `version = 4\n${names.map((name) => `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n`).join('')}`;

let scene: Scene;
let changed: Opened;

beforeAll(async () => {
  scene = await Scene.open({
    'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["?"]\n${QUICK_PROFILE}`,
    '.gitignore': 'target/\n',
    'Cargo.lock': lock(NAMES),
    ...Object.assign({}, ...NAMES.map((name) => member(name))),
  });
  // Four change, one goes, one comes; two are reached by nothing.
  changed = await scene.pull('changed', {
    ...Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}/src/main.rs`, main(louder)])),
    'e/Cargo.toml': null,
    'e/src/main.rs': null,
    ...member('h'),
    // Nothing like the one that goes: else it were that one under another name.
    'h/src/main.rs': 'fn main() { println!("{}", std::env::args().count()); }\n',
    'Cargo.lock': lock([...NAMES.filter((name) => name !== 'e'), 'h']),
  });
});
afterAll(() => scene[Symbol.asyncDispose]());

function measuring(opened: Opened): Run {
  const options = { event: 'pull_request', headBranch: opened.branch, headSha: opened.head, conclusion: 'success' as const };
  return scene.state.run(REPOSITORY, { ...options, workflow: 'Measure' });
}

async function measure(run: Run, inputs: Readonly<Record<string, string>>): Promise<Ran> {
  await scene.project.git('checkout', '--quiet', changed.merge);
  return scene.run(scene.event(changed), { mode: 'measure', ...inputs }, { runId: run.id });
}

async function report(run: Run, inputs: Readonly<Record<string, string>> = {}): Promise<Ran & { readonly json: Check | null }> {
  const reporting = scene.state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha: run.headSha });
  const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: run.id });
  const ran = await scene.run(event, { mode: 'report', ...inputs }, { runId: reporting.id });
  const file = ran.outputs['report-json'] ?? '';
  const json: Check | null = file === '' ? null : JSON.parse(await readFile(file, 'utf8'));
  return { ...ran, json };
}

const artifacts = (run: Run): readonly string[] => scene.results.artifacts(run.id).map(({ name }) => name);
const rows = (json: Check | null) => json?.functions.map(({ name, status, sha256, metrics }) => [name, status, sha256, metrics.zip]);

describe('a matrix whose legs share the functions out', () => {
  let whole: Check | null;
  let run: Run;

  test('three jobs build each function once, and the report is that of one job', async () => {
    const alone = measuring(changed);
    expect(await measure(alone, {})).toMatchObject({ code: 0 });
    ({ json: whole } = await report(alone));
    expect(whole?.functions.map(({ name, status }) => `${name} ${status}`)).toEqual(
      expect.arrayContaining(['a changed', 'e removed', 'h added']),
    );

    run = measuring(changed);
    const built: string[] = [];
    for (const shard of ['2/3', '1/3', '3/3']) {
      // A job has a machine of its own.
      await scene.forget();
      const ran = await measure(run, { shard });
      expect(ran).toMatchObject({ code: 0 });
      built.push(...[...ran.stdout.matchAll(/building (.*) with cargo lambda/g)].flatMap(([, names = '']) => names.split(', ')));
    }
    const [prefix, all] = ['coldgate-default@default', ['@shard-1-of-3', '@shard-2-of-3', '@shard-3-of-3', '@split']];
    expect(artifacts(run).toSorted()).toEqual(all.map((suffix) => `${prefix}${suffix}`));
    // The other workspace: a member more and one less, so all are reached, at both sides.
    expect(built.toSorted().join('')).toBe([...NAMES, ...NAMES.filter((name) => name !== 'e'), 'h'].toSorted().join(''));
    const { json, outputs } = await report(run);
    expect(outputs.verdict).toBe(whole?.verdict.status);
    expect(rows(json)).toEqual(rows(whole));
    expect(json?.verdict.sentence).toBe(whole?.verdict.sentence);
    expect(scene.comments(changed)).toHaveLength(1);
  });

  test('a shard that did not come is named, and nothing passes', async () => {
    const part = measuring(changed);
    for (const { name, zip } of scene.results.artifacts(run.id)) {
      if (!name.endsWith('2-of-3')) scene.state.artifact(REPOSITORY, part.id, { name, zip });
    }
    const ran = await report(part);
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(scene.comments(changed)[0]?.body).toContain('shard 2 of 3 did not upload a measurement');
  });

  test('shards that shared out differently, or are of other commits, are not joined', async () => {
    const [mixed, forged] = [measuring(changed), measuring(changed)];
    for (const { name, zip } of scene.results.artifacts(run.id)) {
      const edited = (shard: object): Buffer => {
        if (!name.endsWith('2-of-3')) return zip;
        const archive = new AdmZip(zip);
        const leg = JSON.parse(archive.readAsText('leg.json'));
        archive.updateFile('leg.json', Buffer.from(JSON.stringify({ ...leg, shard: { ...leg.shard, ...shard } })));
        return archive.toBuffer();
      };
      scene.state.artifact(REPOSITORY, mixed.id, { name, zip: edited({ split: 'a'.repeat(64) }) });
      scene.state.artifact(REPOSITORY, forged.id, { name, zip: edited({ count: 4 }) });
    }
    expect(await report(mixed)).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(scene.comments(changed)[0]?.body).toMatch(/shared the functions out in different ways/);
    expect(await report(forged)).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(scene.comments(changed)[0]?.body).toMatch(/shard 2 of 3: its artifact says that it is leg default@shard-2-of-4/);
  });

  test('a leg that comes later goes by the split of the first, whatever it knows of times', async () => {
    const later = measuring(changed);
    await scene.forget();
    expect((await measure(later, { shard: '1/3' })).code).toBe(0);
    // As out of a cache that was filled in between: `c` took as long as all others together.
    const tell = async (): Promise<void> => {
      const deps = join(await scene.targetOf(), 'x86_64-unknown-linux-gnu', 'release', 'deps');
      await writeFile(join(deps, 'c-0123456789abcdef.ticks'), '90000\n');
    };
    await tell();
    for (const shard of ['2/3', '3/3']) expect((await measure(later, { shard })).code).toBe(0);
    expect(rows((await report(later)).json)).toEqual(rows(whole));
    // Where it is the first it goes by what it knows.
    const first = measuring(changed);
    await tell();
    expect((await measure(first, { shard: '1/3' })).stdout).toContain('shard 1 of 3: c/c (8 in all)');
  });

  test('a split of other functions, or another number of shards, is left', async () => {
    const ran = await measure(run, { shard: '1/4' });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('coldgate-default@default@split shares out other functions');
    expect(await report(run)).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(scene.comments(changed)[0]?.body).toMatch(/shared the functions out in different ways/);
  });

  test('more shards than functions: some measure nothing, and the report is whole', async () => {
    const many = measuring(changed);
    for (let index = 1; index <= 9; index += 1) expect((await measure(many, { shard: `${index}/9` })).code).toBe(0);
    expect(rows((await report(many)).json)).toEqual(rows(whole));
  });

  test("a job that is run again goes by attempt 1's split where it may read it, else by its own", async () => {
    const again = measuring(changed);
    const readOnly = scene.state.token(REPOSITORY, { permissions: { contents: 'read' } });
    // A job has a machine of its own, and knows no times here.
    await scene.forget();
    expect((await measure(again, { shard: '1/2', 'github-token': readOnly })).code).toBe(0);
    await scene.forget();
    scene.state.end(again, 'failure');
    scene.state.rerun(again, { only: 'failed' });
    const options = { runId: again.id, runAttempt: 2, rerun: 'failed' } as const;
    const ran = await scene.run(scene.event(changed), { mode: 'measure', shard: '2/2', 'github-token': readOnly }, options);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/@split is not read: .*: this leg goes by its own split/);
    scene.state.end(again, 'success');
    expect(rows((await report(again)).json)).toEqual(rows(whole));
  });

  test.each([
    ['0/3', 'measure'],
    ['4/3', 'measure'],
    ['1/257', 'measure'],
    ['1 of 3', 'measure'],
    ['1/3', 'check'],
    ['1/3', 'report'],
  ])('shard %s in mode %s is refused before anything is built', async (shard, mode) => {
    const ran = await measure(measuring(changed), { shard, mode });
    expect(ran.code).toBe(1);
    expect(ran.annotations[0]?.message).toMatch(/^input shard/);
  });
});

test('a whole base that is stored serves every shard: head alone is built, and the rest is carried once', async () => {
  await scene.forget();
  await scene.project.git('checkout', '--quiet', 'main');
  const folder = join(scene.temp, 'whole');
  expect((await scene.home.run(scene.project.path, ['measure', '-o', folder, '--init', 'off'])).code).toBe(0);
  const opened = await scene.pull('one', { 'a/src/main.rs': main(louder), 'c/src/main.rs': main(louder) });
  const run = measuring(opened);
  const built: string[] = [];
  for (const shard of ['1/2', '2/2']) {
    await scene.project.git('checkout', '--quiet', opened.merge);
    const ran = await scene.run(scene.event(opened), { mode: 'measure', shard }, { runId: run.id });
    expect(ran.stdout).toContain('measured before, taken from the store');
    built.push(...[...ran.stdout.matchAll(/building (.*) with cargo lambda/g)].map(([, names = '']) => names));
  }
  expect(built.toSorted()).toEqual(['a', 'c']);
  const { json } = await report(run);
  expect(json?.functions.map(({ name, status }) => `${name} ${status}`).toSorted()).toEqual(
    NAMES.map((name) => `${name} ${name === 'a' || name === 'c' ? 'changed' : 'unchanged'}`),
  );
  expect(json?.notBuilt.map(({ name }) => name).join('')).toBe('bdefg');
});

test("what cargo lambda's own configuration decides cannot be shared out", async () => {
  await using own = await Scene.open({
    ...Object.assign({}, ...['a', 'b'].map((name) => member(name))),
    'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["?"]\n[workspace.metadata.lambda.build]\ncompiler = { type = "cargo" }\n${QUICK_PROFILE}`,
    'Cargo.lock': lock(['a', 'b']),
  });
  const opened = await own.pull('more', { 'a/src/main.rs': main(louder) });
  await own.project.git('checkout', '--quiet', opened.merge);
  const run = own.state.run(REPOSITORY, { event: 'pull_request', headBranch: 'more', headSha: opened.head });
  const ran = await own.run(own.event(opened), { mode: 'measure', shard: '1/2' }, { runId: run.id });
  expect(ran.code).toBe(1);
  expect(ran.annotations[0]?.message).toMatch(
    /^input shard: cargo lambda's own configuration decides .* input packages or input bins instead/,
  );
});

test('what prepare may bring cannot be shared out', async () => {
  await scene.project.git('checkout', '--quiet', changed.merge);
  const run = measuring(changed);
  const ran = await scene.run(scene.event(changed), { mode: 'measure', shard: '1/2', prepare: 'true' }, { runId: run.id });
  expect(ran.code).toBe(1);
  expect(ran.annotations[0]?.message).toMatch(/^input shard: input prepare may bring functions/);
});

test('a function that the manifests alone did not tell is in no shard: an error by its name, not a gap', () => {
  const target = (name: string) => ({ name, crate: name, binary: name, crateVersion: '1.0.0', kind: 'function' as const });
  const whole = { targets: [target('health'), target('orders')], leftOut: [], beside: [], binaries: [], plain: true, part: false };
  const isHealth = ({ name }: { readonly name: string }): boolean => name === 'health';
  const share = { has: isHealth, isShared: isHealth, crates: ['health'], split: [['health/health'], []], renamed: [] };
  const part = { packages: new Map([['health', 'all']]), from: null, since: null, share };
  expect(() => partSelection(whole, part)).toThrow(/^input shard: orders was not among the functions/);
  expect(partSelection({ ...whole, targets: [target('health')] }, part).selection.targets).toHaveLength(1);
});

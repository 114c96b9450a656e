import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { perform } from '../../src/commands/verbs.ts';
import { DEFAULT_LIMITS } from '../../src/core/judge/limits.ts';
import { outcomeOf } from '../../src/core/outcome.ts';
import { renderSnapshot } from '../../src/core/snapshot/snapshot.ts';
import { branchStore } from '../../src/history/branch.ts';
import { folderStore } from '../../src/history/folder.ts';
import { parseCommand } from '../../src/options/command.ts';
import { flagName } from '../../src/options/values.ts';
import { historyReportJsonSchema } from '../../src/report/json/history.ts';
import { unseen } from '../doubles/progress.ts';
import { Project, shell } from '../e2e/project.ts';
import { ENV } from '../git/environment.ts';
import { BUMP, type Drift, twelveCommits } from '../history/drift.ts';
import { append } from '../history/writers.ts';
import { refusal } from '../refusal.ts';

let project: Project;
let outside: string;
let drift: Drift;
const signal = new AbortController().signal;

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'coldgate-history-'));
  project = await Project.create({ README: 'x\n' });
  drift = await twelveCommits(project, join(outside, 'snapshots'));
  await project.git('tag', '-a', '-m', 'first', 'v1.2.0', drift.shas[3] ?? '');
  await coldgate('history', 'add', ...drift.folders, '--history', join(outside, 'history'));
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await rm(outside, { recursive: true, force: true });
});

async function coldgateIn(cwd: string, args: readonly string[]): Promise<{ readonly out: string; readonly said: string }> {
  const [out, said]: [string[], string[]] = [[], []];
  const write = (text: string): void => {
    out.push(text);
  };
  const say = (text: string): void => {
    said.push(`${text}\n`);
  };
  const host = { cwd, env: ENV, home: outside, signal, version: '0.1.0', progress: unseen(say), nameOf: flagName };
  const io = () => ({ host, screen: { columns: null, colour: false }, write, say, examples: '' });
  expect(await perform(parseCommand(args), io, write)).toBe(0);
  return { out: out.join(''), said: said.join('') };
}

const coldgate = (...args: readonly string[]) => coldgateIn(project.path, args);
const show = (...args: readonly string[]) => coldgate('history', '--history', join(outside, 'history'), ...args);

describe('twelve commits with a slow drift', () => {
  it('each pass the gate', () => {
    for (const [place, snapshot] of drift.snapshots.entries()) {
      const before = drift.snapshots[place - 1];
      if (before === undefined) continue;
      const outcome = outcomeOf(
        { kind: 'measured', snapshot: before, origin: 'file' },
        { snapshot, origin: 'file' },
        { limits: { kind: 'limits', limits: DEFAULT_LIMITS }, gate: 'fail', judgedAs: 'change' },
        { timings: {}, command: '', baseReason: null },
      );
      expect(outcome.verdict.status).toBe('pass');
    }
  });

  it('are a table with a sparkline that shows where it came from: release and bump are marked', async () => {
    const { out, said } = await show('--metric', 'zip');
    const sha = (place: number): string => (drift.shas[place] ?? '').slice(0, 7);
    expect(said).toBe('');
    expect(out).toBe(`health
package ▁▁▂▂▃▃▆▆▇▇██ last 12: 800 kB → 926 kB, +126 kB (+16 %)
date        commit   package    change
2026-11-01  ${sha(0)}   800 kB
2026-11-02  ${sha(1)}   809 kB  +9.00 kB
2026-11-03  ${sha(2)}   816 kB  +7.00 kB
2026-11-04  ${sha(3)}   824 kB  +8.00 kB
            v1.2.0
2026-11-05  ${sha(4)}   834 kB  +9.50 kB
2026-11-06  ${sha(5)}   840 kB  +6.00 kB
2026-11-07  ${sha(BUMP)}   884 kB  +44.0 kB
            aws-config 1.5.18 → 1.6.0
2026-11-08  ${sha(7)}   892 kB  +8.00 kB
2026-11-09  ${sha(8)}   901 kB  +9.00 kB
2026-11-10  ${sha(9)}   908 kB  +7.50 kB
2026-11-11  ${sha(10)}   917 kB  +8.50 kB
2026-11-12  ${sha(11)}   926 kB  +9.00 kB
`);
    expect((await show()).out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('are JSON of the published schema', async () => {
    const file = join(outside, 'history.json');
    await show('--json', file);
    const report: unknown = JSON.parse(await readFile(file, 'utf8'));
    const validate = new Ajv2020({ validateFormats: false }).compile(historyReportJsonSchema());
    expect(validate(report)).toBe(true);
    expect(report).toMatchObject({
      series: [{ function: 'health', points: Array.from({ length: 12 }, (_, place) => ({ commit: drift.shas[place] })) }],
    });
  });

  it('are CSV on standard output, and nothing else is', async () => {
    const { out } = await show('--csv', '-');
    const rows = out.split('\r\n');
    expect(rows[0]).toMatch(
      /^time,commit,function,crate,leg,arch,profile,zip,unzipped,binary,text,dependencies,init\.instructions,.*,marks,subject$/,
    );
    expect(rows[BUMP + 1]).toContain(`${drift.shas[BUMP]},health,health,local,x86_64,release,883670,`);
    expect(rows[BUMP + 1]).toMatch(/,aws-config 1\.5\.18 → 1\.6\.0,Take the new aws-config$/);
    expect(rows).toHaveLength(14);
  });

  it('are the same on the branch of origin, without one of the clone itself, and nothing of the clone is touched', async () => {
    const lines = (await folderStore(join(outside, 'history'), { signal, progress: unseen() }).read())?.months.get('2026-11')?.lines ?? [];
    const folder = (await show()).out;
    await append(branchStore({ url: project.path, env: ENV }, { scratch: outside, signal, format: 'sha1' }), lines);
    const state = async () => [
      await project.git('status', '--porcelain'),
      await project.git('for-each-ref'),
      await readFile(join(project.path, '.git/index'), 'base64'),
    ];
    const before = await state();
    expect((await coldgate('history')).out).toBe(folder);
    expect(await state()).toEqual(before);
    await using clone = await Project.clone(`file://${project.path}`, '--depth=1');
    await project.git('tag', 'left-out', 'HEAD');
    expect((await coldgateIn(clone.path, ['history'])).out).toBe(folder);
    await project.git('tag', '--delete', 'left-out');
  });

  it('are those of the remote that git fetches from, by the way that the clone alone knows', async () => {
    const ssh = join(outside, 'ssh');
    await writeFile(ssh, '#!/bin/sh\nwhile [ $# -gt 1 ]; do shift; done\neval "$1"\n', { mode: 0o755 });
    await using clone = await Project.clone(`file://${project.path}`);
    const folder = (await show()).out;
    await clone.git('remote', 'set-url', '--add', 'origin', clone.path);
    expect((await coldgateIn(clone.path, ['history'])).out).toBe(folder);
    await clone.git('config', '--unset-all', 'remote.origin.url');
    await clone.git('config', 'remote.origin.url', 'work:x');
    await clone.git('config', `url.ssh://nobody@invalid${project.path}.insteadOf`, 'work:x');
    await clone.git('config', 'core.sshCommand', ssh);
    await clone.git('fetch');
    expect((await coldgateIn(clone.path, ['history'])).out).toBe(folder);
  });

  it('are added in whatever order they are given, of each architecture for itself', async () => {
    const history = join(outside, 'shuffled');
    const folders = drift.folders.map((_, place) => drift.folders[(place * 7 + 3) % drift.folders.length] ?? '');
    const arm = await Promise.all(
      folders.map(async (folder, place) => {
        const text = await readFile(join(folder, 'snapshot.json'), 'utf8');
        const file = join(outside, `arm-${place}.json`);
        await writeFile(file, text.replaceAll('"x86_64"', '"arm64"'));
        return file;
      }),
    );
    const given = folders.flatMap((folder, place) => [folder, arm[place] ?? '']);
    await coldgate('history', 'add', ...given, '--history', history);
    const linesIn = async (folder: string) => {
      const read = await folderStore(folder, { signal, progress: unseen() }).read();
      return (read?.months.get('2026-11')?.lines ?? []).map(({ written, ...line }) => line);
    };
    const lines = await linesIn(history);
    const inOrder = await linesIn(join(outside, 'history'));
    expect(lines.filter(({ arch }) => arch === 'x86_64')).toEqual(inOrder);
    expect(lines.filter(({ arch }) => arch === 'arm64')).toEqual(inOrder.map((line) => ({ ...line, arch: 'arm64' })));
  });

  it('of a day long past are told as what is left of them', async () => {
    await using old = await Project.create({ README: 'x\n' });
    const folders: string[] = [];
    for (const [place, snapshot] of drift.snapshots.slice(0, 3).entries()) {
      const date = `2026-01-05T1${place}:00:00Z`;
      await shell(`git commit --quiet --allow-empty -m ${place}`, old.path, { GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date });
      const sha = await old.git('rev-parse', 'HEAD');
      const folder = await mkdtemp(join(outside, 'old-'));
      await writeFile(join(folder, 'snapshot.json'), renderSnapshot({ ...snapshot, commit: { ...snapshot.commit, sha } }));
      folders.push(folder);
    }
    const add = () => coldgateIn(old.path, ['history', 'add', ...folders, '--history', join(outside, 'old')]);
    expect((await add()).said).toBe(`1 line in ${join(outside, 'old')}; 2 of a day long past gave way to its last commit\n`);
  });

  it('added once more are there once, and a corrupt line costs that line and a warning', async () => {
    const history = join(outside, 'history');
    expect((await coldgate('history', 'add', ...drift.folders.slice(0, 2), '--history', history)).said).toContain('line');
    const before = (await show('--metric', 'zip')).out;
    const file = join(history, '2026-11.jsonl');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text.slice(0, 100)}\n${text}`);
    const { out, said } = await show('--metric', 'zip');
    expect(out).toBe(before);
    expect(said).toBe(`warning: ${history}/2026-11.jsonl:1: left out: not JSON, cut short perhaps\n`);
    await writeFile(file, text);
  });
});

describe('what cannot be shown or added', () => {
  it.each([
    [null, /^there is no history yet \(.* has no line of it\)/],
    ['torn', /^no line of the history can be read \(/],
  ])('a folder without a line: %j', async (line, message) => {
    const folder = await mkdtemp(join(outside, 'empty-'));
    if (line !== null) await writeFile(join(folder, '2026-11.jsonl'), `${line}\n`);
    expect(await refusal(coldgate('history', '--history', folder))).toMatch(message);
  });

  it.each([
    [['--function', 'healht'], '--function "healht": the history has no such function; it has "health"; did you mean "health"?'],
    [['--metric', 'cold-start.p50'], '--metric cold-start.p50: no commit of the history has a figure of it; there are zip, unzipped, '],
    [['--history', 'nowhere'], 'there is no history yet ('],
  ])('%j', async (args, message) => {
    const all = args[0] === '--history' ? ['history', ...args] : ['history', '--history', join(outside, 'history'), ...args];
    expect((await refusal(coldgate(...all))).slice(0, message.length)).toBe(message);
  });

  it.each([
    [['remove'], 'history "remove": write coldgate history, or coldgate history add SNAPSHOT… --history DIR'],
    [['add'], 'history add takes snapshots: '],
    [['add', 'x'], 'history add needs --history DIR: '],
    [['--metric', 'zpi'], '--metric "zpi": there are zip, '],
  ])('history %j is a mistake of the call', async (args, message) => {
    expect((await refusal((async () => parseCommand(['history', ...args]))())).slice(0, message.length)).toBe(message);
  });

  it('a snapshot of changed files, or of a commit that is not there', async () => {
    const [first = ''] = drift.folders;
    const text = await readFile(join(first, 'snapshot.json'), 'utf8');
    const file = join(outside, 'other.json');
    await writeFile(file, text.replace('"source":"commit"', '"source":"working-tree"'));
    const add = () => refusal(coldgate('history', 'add', file, '--history', join(outside, 'other')));
    expect(await add()).toContain('is of a work tree with changes');
    await writeFile(file, text.replace(drift.shas[0] ?? '', 'e'.repeat(40)));
    expect(await add()).toContain('commit eeeeeee is not in ');
  });
});

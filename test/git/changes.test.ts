import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderLine } from '../../src/core/history/line.ts';
import { seriesIn } from '../../src/core/history/series.ts';
import { changesOf } from '../../src/git/changes.ts';
import { openUserRepository } from '../../src/git/repository.ts';
import { renderHistoryCsv } from '../../src/report/csv.ts';
import { renderDocument } from '../../src/report/page/document.ts';
import { aLine } from '../core/history/lines.ts';
import { Project } from '../e2e/project.ts';
import { ENV } from './environment.ts';

test('what a build may read, what none reads, and what coldgate wrote', async () => {
  await using project = await Project.create({
    'README.md': '# x',
    'src/main.rs': '',
    'Cargo.toml': '',
    'src/page.html': '',
    'gone.rs': '',
    '.github/workflows/ci.yml': '',
    'kept.json': '{}',
  });
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-linked-'));
  try {
    await symlink(project.path, join(folder, 'link'));
    await mkdir(join(project.path, 'reports'));
    const user = await openUserRepository(project.path, ENV);
    const none = { read: [], unread: [], own: [] };
    expect(await changesOf(user, [])).toEqual(none);
    const snapshot = '{"schema":"coldgate/snapshot@8","commit":{}}';
    const own = {
      'check.json': '{\n  "schema": "coldgate/check@3"}',
      'out/snapshot.json': snapshot,
      'out/packages/health.zip': 'x',
      'out/twins/health': 'x',
      'flames/ä b.svg': '<svg xmlns="x" width="1200">\n<title>Instructions of init: health</title>',
      'flames/response.svg': '<svg xmlns="x" width="1200">\n<title>Instructions of init and first response: health</title>',
      'page.html': renderDocument({ title: 'x', body: '', data: {} }, { script: '', style: '', policy: "default-src 'none'" }),
      'history.csv': renderHistoryCsv(seriesIn([aLine()])),
      'history/2026-11.jsonl': `${renderLine(aLine())}\n`,
    };
    const written = { 'reports/report.html': '<!doctype html>', 'reports/now.md': 'x', 'kept.json': 'written over' };
    const unread = {
      'README.md': '# y',
      '.github/workflows/ci.yml': 'on: push',
      'notes.txt': '',
      'event.json': '{}',
      'docs/new.adoc': '',
      'src/main.rs~': '',
      TODO: '',
    };
    const read = {
      ...{
        'src/main.rs': 'fn main() {}',
        'src/page.html': 'x',
        'src/new.json': '{}',
        'migrations/2.sql': '',
        '.env': 'A=1',
        'gone.rs': null,
      },
      ...{ 'Cargo.lock': '', '.cargo/config.toml': '', 'notes.rs': '', 'out/other.bin': '', 'build.rs': '', 'packages/mine.zip': '' },
    };
    await project.write({ ...own, ...written, ...unread, ...read });
    const outputs = [join(folder, 'link', 'reports'), join(project.path, 'kept.json'), '/elsewhere/report.json', project.path];
    const changes = await changesOf(user, outputs);
    expect(changes.own.toSorted()).toEqual([...Object.keys(own), ...Object.keys(written)].toSorted());
    expect(changes.unread.toSorted()).toEqual(Object.keys(unread).toSorted());
    expect(changes.read.toSorted()).toEqual(Object.keys(read).toSorted());
  } finally {
    await rm(folder, { recursive: true });
  }
});

import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Guard } from '../../src/exec/group.ts';
import { openPrivateCheckout } from '../../src/git/checkout.ts';
import { filesOfRevisions } from '../../src/git/files.ts';
import { openUserRepository } from '../../src/git/repository.ts';
import { commitCheckout, patchBetween, resolveHead } from '../../src/git/work-tree.ts';
import { Project } from '../e2e/project.ts';
import { ENV } from './environment.ts';

const guard: Guard = { signal: new AbortController().signal, adopt: () => Promise.resolve(() => Promise.resolve()) };

test('a file that was changed in the second of its commit, to the same length, is measured as it is', async () => {
  await using project = await Project.create({ 'src/main.rs': 'a' });
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-tree-'));
  try {
    const moment = new Date('2026-03-02T09:00:00Z');
    const main = join(project.path, 'src/main.rs');
    // What git compares is the same then: it looks at the content because the index is no newer than the file
    // (https://git-scm.com/docs/racy-git), which a copy of the index has to keep.
    await project.git('config', 'core.trustctime', 'false');
    await utimes(main, moment, moment);
    await project.commit({}, 'a');
    await project.write({ 'src/main.rs': 'b' });
    for (const path of [main, join(project.path, '.git/index')]) await utimes(path, moment, moment);
    expect(await project.git('--no-optional-locks', 'status', '--porcelain')).toBe('M src/main.rs');
    await utimes(join(project.path, '.git/index'), moment, moment);

    const user = await openUserRepository(project.path, ENV);
    const scratch = join(folder, 'scratch');
    await mkdir(scratch);
    const checkout = await openPrivateCheckout(user, folder, scratch, guard);
    const head = await resolveHead(user, checkout, scratch, []);
    expect(head).toMatchObject({ revision: { source: 'working-tree' }, changed: ['src/main.rs'] });
    const texts = await filesOfRevisions(checkout, user.env).texts(head.revision.sha, ['src/main.rs']);
    expect(texts.get('src/main.rs')).toBe('b');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ['no line of context', '[diff]\n\tcontext = 0\n', {}],
  ['other prefixes', '[diff]\n\tnoprefix = true\n\tmnemonicPrefix = true\n', {}],
  ['an order of its own, and colours', '[diff]\n\torderFile = /nowhere\n\tsuppressBlankEmpty = true\n[color]\n\tui = always\n', {}],
  ['a lock file that is no text to git', '', { '.gitattributes': 'Cargo.lock -diff\n*.toml binary\n' }],
])('a patch applies, and can be read, where the user’s git asks for %s', async (_, config, more) => {
  const lines = Array.from({ length: 9 }, (__, at) => `line ${at}\n`).join('');
  await using project = await Project.create({ 'Cargo.toml': lines, 'Cargo.lock': lines, ...more });
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-tree-'));
  try {
    await writeFile(join(folder, '.gitconfig'), config);
    const user = await openUserRepository(project.path, { ...ENV, HOME: folder });
    const scratch = join(folder, 'scratch');
    await mkdir(scratch);
    const checkout = await openPrivateCheckout(user, folder, scratch, guard);
    const { revision: head } = await resolveHead(user, checkout, scratch, []);
    await checkout.switchTo(head);
    const wanted = lines.replace('line 4', 'line four');
    for (const name of ['Cargo.toml', 'Cargo.lock']) await writeFile(join(checkout.path, name), wanted);
    await writeFile(join(checkout.path, 'brought'), 'by --prepare');
    const patch = await patchBetween(
      checkout,
      head,
      await commitCheckout(checkout, head, ['Cargo.toml', 'Cargo.lock'], scratch, user.env),
      user.env,
    );
    expect(patch.match(/^\+line four$/gm)).toHaveLength(2);
    expect(patch).not.toContain('brought');
    await writeFile(join(folder, 'a.patch'), patch);
    await project.git('apply', join(folder, 'a.patch'));
    for (const name of ['Cargo.toml', 'Cargo.lock']) expect(await project.read(name)).toBe(wanted);
  } finally {
    await rm(folder, { recursive: true });
  }
});

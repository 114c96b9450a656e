import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Guard } from '../../src/exec/group.ts';
import { openPrivateCheckout } from '../../src/git/checkout.ts';
import { missingFiles } from '../../src/git/missing.ts';
import { openUserRepository, resolveCommit } from '../../src/git/repository.ts';
import { firstParents } from '../../src/git/walk.ts';
import { Project, shell } from '../e2e/project.ts';
import { ENV } from './environment.ts';

const guard: Guard = { signal: new AbortController().signal, adopt: () => Promise.resolve(() => Promise.resolve()) };

test('filters, line ends and attributes of the user’s own repository hold in the private checkout, whichever folder they are for', async () => {
  await using project = await Project.create({
    'assets/.gitattributes': '*.txt filter=loud\n',
    'assets/a.txt': 'word\n',
    'src/b.txt': 'line\n',
  });
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-settings-'));
  const checkedOut = async (name: string): Promise<readonly string[]> => {
    const user = await openUserRepository(project.path, ENV);
    await mkdir(join(folder, 'scratch'), { recursive: true });
    const checkout = await openPrivateCheckout(user, folder, join(folder, 'scratch'), guard);
    await checkout.switchTo(await resolveCommit(user, name));
    return Promise.all(['assets/a.txt', 'src/b.txt'].map((file) => readFile(join(checkout.path, file), 'utf8')));
  };
  /** What the user's own git writes into an empty folder. */
  const asTheUser = async (name: string): Promise<readonly string[]> => {
    const plain = join(folder, 'plain');
    await rm(plain, { recursive: true, force: true });
    await mkdir(plain);
    await shell(
      `git --work-tree="${plain}" -c core.bare=false read-tree --index-output="${folder}/plain-index" ${name} && GIT_INDEX_FILE="${folder}/plain-index" git --work-tree="${plain}" checkout-index --all --force`,
      project.path,
    );
    return Promise.all(['assets/a.txt', 'src/b.txt'].map((file) => readFile(join(plain, file), 'utf8')));
  };
  try {
    expect(await checkedOut('HEAD')).toEqual(['word\n', 'line\n']);
    await project.git('config', 'filter.loud.smudge', 'tr "a-z" A-Z');
    await project.git('config', 'filter.loud.clean', 'tr A-Z a-z');
    await project.git('config', 'core.eol', 'crlf');
    await mkdir(join(project.path, '.git/info'), { recursive: true });
    await writeFile(join(project.path, '.git/info/attributes'), 'src/*.txt text\n');
    expect(await checkedOut('HEAD')).toEqual(['WORD\n', 'line\r\n']);
    expect(await asTheUser('HEAD')).toEqual(['WORD\n', 'line\r\n']);

    // A commit that changes attributes alone changes what the files look like, there and back.
    await project.git('rm', '--quiet', '--cached', 'assets/.gitattributes');
    await rm(join(project.path, 'assets/.gitattributes'));
    await project.git('commit', '--quiet', '--message', 'quiet');
    expect(await checkedOut('HEAD')).toEqual(['word\n', 'line\r\n']);
    expect(await checkedOut('HEAD^1')).toEqual(['WORD\n', 'line\r\n']);

    await project.git('config', '--remove-section', 'filter.loud');
    await rm(join(project.path, '.git/info/attributes'));
    expect(await checkedOut('HEAD^1')).toEqual(['word\n', 'line\n']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('files in Git LFS are named wherever their attributes stand, and only where there are any', async () => {
  await using project = await Project.create({ '.gitattributes': '*.bin filter=lfs\n', a: '1' });
  const codes = async (): Promise<readonly string[]> =>
    (await missingFiles(await openUserRepository(project.path, ENV), '--prepare')).map(({ code }) => code);
  expect(await codes()).toEqual([]);
  await project.commit({ 'deep/folder/.gitattributes': 'model filter=lfs\n', 'deep/folder/model': 'x' }, 'a model');
  expect(await codes()).toEqual(['lfs']);
});

test('a commit is called by its own subject where a person has it written in another encoding', async () => {
  await using project = await Project.create({ a: '1' });
  for (const encoding of ['ISO-8859-1', 'UTF-16']) {
    await project.git('config', 'i18n.logOutputEncoding', encoding);
    await project.commit({ a: encoding }, 'größer');
    const user = await openUserRepository(project.path, ENV);
    expect((await resolveCommit(user, 'HEAD')).subject).toBe('größer');
    expect(await firstParents(user, [`${await project.git('rev-parse', 'HEAD~1')}`], 'HEAD')).toMatchObject([{ subject: 'größer' }]);
  }
});

test('a signed commit is called by its own subject where a person has log.showSignature', async () => {
  await using project = await Project.create({ a: '1' });
  const key = join(project.path, '.git/key');
  await shell(`ssh-keygen -q -t ed25519 -N '' -f "${key}" && echo "test $(cat "${key}.pub")" > "${key}.allowed"`, project.path);
  for (const [name, value] of [
    ['gpg.format', 'ssh'],
    ['user.signingkey', key],
    ['gpg.ssh.allowedSignersFile', `${key}.allowed`],
    ['log.showSignature', 'true'],
  ] as const)
    await project.git('config', name, value);
  await project.git('commit', '--quiet', '--allow-empty', '--gpg-sign', '--message', 'signed');
  expect((await resolveCommit(await openUserRepository(project.path, ENV), 'HEAD')).subject).toBe('signed');
});

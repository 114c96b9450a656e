import { copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isThere } from '../folder.ts';
import { git, type UserRepository } from './repository.ts';

/** Settings of a repository's own that decide what a file looks like once it is checked out. */
const CONTENT = String.raw`^(filter\..*|core\.(autocrlf|eol|symlinks|attributesfile|checkroundtripencoding|protectntfs|protecthfs))$`;
const CONNECTION = String.raw`^(http|credential|ssh|protocol)\..*|core\.(sshcommand|askpass|gitproxy)$`;
const FILE = 'user.config';

/**
 * Checks files out as the user's own git does: filters, line ends and attributes that stand in their repository alone (`.git/config`,
 * `.git/info/attributes`), and the keys of git-crypt, which lie beside them, hold in the private repository too. Where they changed, every file
 * is written anew.
 */
export async function copySettings(user: UserRepository, repository: string): Promise<void> {
  const settings = await settingsOf(user, CONTENT);
  const [before, attributesBefore] = await Promise.all([textOf(join(repository, FILE)), textOf(attributesOf(repository))]);
  const attributes = await textOf(attributesOf(user.commonDir));
  if (settings !== before || attributes !== attributesBefore) await rm(join(repository, 'index'), { force: true });
  await writeFile(join(repository, FILE), settings);
  await mkdir(dirname(attributesOf(repository)), { recursive: true });
  if (attributes === '') await rm(attributesOf(repository), { force: true });
  else await copyFile(attributesOf(user.commonDir), attributesOf(repository));
  await git({ top: user.top, env: user.env }, ['config', '--file', join(repository, 'config'), 'include.path', FILE]);
  const [keys, link] = [join(user.commonDir, 'git-crypt'), join(repository, 'git-crypt')];
  await rm(link, { force: true });
  if (await isThere(keys)) await symlink(keys, link);
}

/** The settings of the repository's own that decide how git reaches a remote: `actions/checkout` leaves its token there, a person the key to use. */
export function connectionSettings(user: UserRepository): Promise<string> {
  return settingsOf(user, CONNECTION);
}

/** As the text of a configuration file. */
async function settingsOf(user: UserRepository, names: string): Promise<string> {
  const listed = await git(user, ['config', '--local', '--includes', '--null', '--get-regexp', names], false);
  const entries = listed.stdout.split('\0').filter((entry) => entry !== '');
  return entries.map(renderSetting).join('');
}

function attributesOf(repository: string): string {
  return join(repository, 'info', 'attributes');
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** `filter.lower.smudge\ntr A-Z a-z`, as `git config --null` prints it; without a value it is true. */
function renderSetting(entry: string): string {
  const end = entry.indexOf('\n');
  const name = end < 0 ? entry : entry.slice(0, end);
  const [section, variable] = [name.slice(0, name.indexOf('.')), name.slice(name.lastIndexOf('.') + 1)];
  const middle = name.slice(section.length + 1, Math.max(section.length + 1, name.length - variable.length - 1));
  const heading = middle === '' ? `[${section}]` : `[${section} ${quoted(middle)}]`;
  return `${heading}\n\t${variable}${end < 0 ? '' : ` = ${quoted(entry.slice(end + 1))}`}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`).replaceAll('\n', String.raw`\n`)}"`;
}

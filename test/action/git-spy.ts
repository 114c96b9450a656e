import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shell } from '../e2e/project.ts';

/** Every git that coldgate starts says with what: `env` puts a wrapper in `folder` before the real one; a call is `arguments|environment`. */
export async function spyOnGit(
  folder: string,
): Promise<{ readonly env: Readonly<Record<string, string>>; readonly calls: () => Promise<readonly string[]> }> {
  const git = (await shell('command -v git', folder)).trim();
  const log = join(folder, 'git.log');
  const spy = '#!/bin/sh\nprintf "%s|%s|%s\\n" "$*" "$(env | tr "\\n" " ")" end >> "$SPY_LOG"\n';
  await writeFile(join(folder, 'git'), `${spy}exec ${git} "$@"\n`);
  await chmod(join(folder, 'git'), 0o755);
  return {
    env: { PATH: `${folder}:${process.env.PATH}`, SPY_LOG: log },
    calls: async () => (await readFile(log, 'utf8')).split('|end\n').filter((call) => call !== ''),
  };
}

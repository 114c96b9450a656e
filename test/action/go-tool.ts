import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** The program on PATH, or where `go install` puts it. One that is missing fails the test, with the command that brings it. */
export async function findGoTool(name: 'act' | 'actionlint'): Promise<string> {
  const paths = (process.env.PATH ?? '').split(delimiter).filter((path) => path !== '');
  for (const path of [...paths, ...(await goFolders())]) {
    const file = join(path, name);
    const runnable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runnable) return file;
  }
  throw new Error(`${name} is not installed: run \`bash scripts/ci-tools.sh\``);
}

async function goFolders(): Promise<readonly string[]> {
  try {
    const { stdout } = await promisify(execFile)('go', ['env', 'GOBIN', 'GOPATH']);
    const [bin = '', path = ''] = stdout.split('\n');
    return [bin, path === '' ? '' : join(path, 'bin')].filter((folder) => folder !== '');
  } catch {
    return [];
  }
}

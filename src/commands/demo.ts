import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_BUILD } from '../cargo/request.ts';
import { type Checked, check } from '../check.ts';
import { ToolError } from '../core/failures.ts';
import { run } from '../exec/run.ts';
import { openUserRepository } from '../git/repository.ts';
import type { Host } from '../host.ts';
import { LOCAL_INIT } from '../measure/init.ts';
import type { Command } from '../options/command.ts';
import { renderMarkdown } from '../report/markdown/markdown.ts';
import { deliver } from './deliver.ts';
import type { Io } from './io.ts';
import { checkFile, checkReportFiles } from './report-files.ts';

const IDENTITY = [
  '-c',
  'user.name=coldgate demo',
  '-c',
  'user.email=demo@localhost',
  '-c',
  'commit.gpgsign=false',
  '-c',
  'core.hooksPath=/dev/null',
];

/** Left in the caller's folder. */
const MARKDOWN = 'coldgate-demo.md';

/** `coldgate demo`. */
export async function performDemo(command: Extract<Command, { readonly verb: 'demo' }>, io: Io): Promise<number> {
  await checkReportFiles(command.reports, io.host);
  await checkFile(MARKDOWN, join(io.host.cwd, MARKDOWN));
  const { checked, markdown } = await demo(io.examples, io.host);
  await deliver(checked, command.reports, io);
  io.say(`\nThe same as a pull request comment: ${markdown}\nNow in your own project: coldgate check`);
  return 0;
}

/**
 * The main job on the bundled example, for real: a throwaway repository whose base is `examples/health` as it is and whose head adds a
 * dependency and work before `run`. Leaves the Markdown report in the caller's folder and nothing else.
 */
async function demo(examples: string, host: Host): Promise<{ readonly checked: Checked; readonly markdown: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-demo-'));
  const env = host.env;
  const git = (...args: readonly string[]): Promise<unknown> => run('git', [...IDENTITY, ...args], { cwd: folder, env });
  try {
    if (!(await readdir(examples).catch((): string[] => [])).includes('health'))
      throw new ToolError(`the bundled example is missing: no health/ in ${examples}; reinstall coldgate`);
    await git('init', '--quiet', '--initial-branch=main', '--template=');
    await cp(join(examples, 'health'), folder, { recursive: true, filter: (path) => !path.includes('/target') });
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'health: answers /health');
    await cp(join(examples, 'regression'), folder, { recursive: true });
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'health: block scanners by a list of patterns');
    host.progress.step('a throwaway repository of the bundled example: base as it is, head with a new dependency and work before run');
    const checked = await check(
      {
        sources: { manifestPath: null, workingDirectory: null, prepare: null, build: DEFAULT_BUILD, outputs: [] },
        init: LOCAL_INIT,
        secrets: {},
        whole: true,
        coldStart: null,
        base: { kind: 'parent' },
        origin: null,
        judging: { limits: { kind: 'limits', limits: [] }, gate: 'fail', judgedAs: 'change' },
        repeat: [],
      },
      { ...host, cwd: folder },
    );
    const markdown = join(host.cwd, MARKDOWN);
    await writeFile(markdown, renderMarkdown(checked.outcome));
    return { checked, markdown };
  } finally {
    const user = await openUserRepository(folder, env).catch(() => null);
    if (user !== null) await rm(join(host.home, 'repositories', user.key), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

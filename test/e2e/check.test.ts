import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { untimed } from '../times.ts';
import { heavier, jsonOf, QUICK_PROFILE, untouched } from './checks.ts';
import { Home } from './coldgate.ts';
import { manifest, Project, tiny } from './project.ts';

/** One project that lives on: each test adds a commit, as a team would. */
describe('a check of one function', () => {
  let home: Home;
  let project: Project;
  let first = '';

  beforeAll(async () => {
    home = await Home.create();
    project = await Project.create(tiny('tiny', QUICK_PROFILE));
    first = await project.git('rev-parse', 'HEAD');
  });
  afterAll(async () => {
    await home[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  test('the first commit has no base: a useful report, exit 0', async () => {
    const ended = await untouched(home, project.path, ['check']);
    expect(ended.stderr).toContain('building tiny with cargo lambda');
    expect(ended.stdout).toMatch(/tiny/);
    expect(ended.stdout).toMatch(/first\s+commit/);
    expect(ended.code).toBe(0);
  });

  test('a head equal to its base: every delta is exactly 0', async () => {
    const ended = await untouched(home, project.path, ['check', '--base', 'HEAD', '--json', '-']);
    expect(ended.code).toBe(0);
    const { base, head, functions, verdict } = jsonOf(ended);
    expect(base).toEqual({ sha: first, source: 'stored' });
    expect(head).toEqual({ sha: first, source: 'stored' });
    expect(verdict).toMatchObject({ status: 'pass', breaches: [], unchecked: [] });
    expect(verdict.sentence).toMatch(/^no change/);
    expect(functions).toHaveLength(1);
    for (const { status, metrics, sha256, crates, symbols, sections } of functions) {
      expect(status).toBe('unchanged');
      expect(sha256.head).toBe(sha256.base);
      for (const { base, head } of [...Object.values(metrics), ...crates, ...symbols, ...sections]) expect(head).toBe(base);
    }
  });

  test('an empty commit and a change of documents compile nothing', async () => {
    await project.commit({}, 'empty');
    const empty = await untouched(home, project.path, ['check']);
    expect(empty.stderr).toContain('nothing is built');
    expect(empty.stdout).toMatch(/^no change/);
    expect(empty.code).toBe(0);
    await project.commit({ 'README.md': '# tiny\n' }, 'documents');
    const documents = await untouched(home, project.path, ['check', '--json', '-']);
    expect(documents.stderr).toContain('nothing is built');
    expect(jsonOf(documents).functions).toMatchObject([{ name: 'tiny', status: 'unchanged' }]);
    expect(documents.code).toBe(0);
  });

  test('a growth beyond the default limit fails the check; warn, none and other limits do not', async () => {
    await project.commit(heavier(200), 'heavier');
    const grown = await untouched(home, project.path, ['check', '--json', '-']);
    expect(grown.code).toBe(1);
    const { verdict, functions } = jsonOf(grown);
    expect(verdict).toMatchObject({ status: 'fail', breaches: [{ function: 'tiny', metric: 'zip' }] });
    const { zip } = functions[0]?.metrics ?? { zip: { base: null, head: null } };
    expect(Number(zip.head) - Number(zip.base)).toBeGreaterThan(90_000);

    const warned = await home.run(project.path, ['check', '--gate', 'warn']);
    expect(warned.stdout).toMatch(/^FAIL|^fail|limit/im);
    expect(warned.code).toBe(0);
    expect((await home.run(project.path, ['check', '--limit', 'none'])).code).toBe(0);
    expect((await home.run(project.path, ['check', '--limit', 'zip: 5 MB'])).code).toBe(0);
    expect((await home.run(project.path, ['check', '--limit', 'zip: 10 kB'])).code).toBe(1);
    expect((await home.run(project.path, ['check', '--limit', 'unzipped: +300 kB'])).code).toBe(0);
    const unpacked = await home.run(project.path, ['check', '--limit', 'unzipped: +150 kB']);
    expect(unpacked.stdout).toMatch(/tiny became larger: unpacked size \+2\d\d kB/);
    expect(unpacked.code).toBe(1);
  });

  test('a limit on what was not measured is exit 3 with the reason', async () => {
    const ended = await home.run(project.path, ['check', '--limit', 'init.instructions: 5 M', '--limit', 'cold-start.p50: 20 ms']);
    expect(ended.stdout).toMatch(/init[\s\S]*turned\s+off[\s\S]*not\s+sampled/);
    expect(ended.code).toBe(3);
  });

  test('progress goes to standard error, the report alone to standard output', async () => {
    const markdown = join(home.path, 'report.md');
    const json = join(home.path, 'report.json');
    const html = join(home.path, 'report.html');
    const ended = await home.run(project.path, ['check', '--markdown', markdown, '--json', json, '--html', html, '--limit', 'none']);
    expect(ended.stdout).not.toMatch(/checked out|taken from the store|building/);
    expect(ended.stderr).toMatch(/taken from the store/);
    expect(await readFile(markdown, 'utf8')).toContain('| `tiny` |');
    expect(jsonOf({ ...ended, stdout: await readFile(json, 'utf8') }).verdict.status).toBe('off');
    const piped = await home.run(project.path, ['check', '--markdown', '-', '--limit', 'none']);
    expect(untimed(piped.stdout)).toBe(untimed(await readFile(markdown, 'utf8')));
    const page = await readFile(html, 'utf8');
    const [, data = ''] = /<script type="application\/json"[^>]*>(.*)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(data)).toMatchObject({ functions: [{ key: 'tiny', untold: null, boxes: expect.anything() }] });
    expect((await home.run(project.path, ['check', '--html', '-', '--limit', 'none'])).stdout.slice(0, 15)).toBe('<!doctype html>');
  });

  test('measure and compare give the figures of check', async () => {
    const [base, head] = [join(home.path, 'out-base'), join(home.path, 'out-head')];
    const check = jsonOf(await home.run(project.path, ['check', '--json', '-', '--base', first]));
    const measured = await untouched(home, project.path, ['measure', '-o', head]);
    expect(measured.stdout).toBe(`${head}/snapshot.json\n`);
    expect(measured.code).toBe(0);
    await project.git('checkout', '--quiet', first);
    await home.run(project.path, ['measure', '-o', base]);
    await project.git('checkout', '--quiet', 'main');
    const ended = await home.run(project.path, ['compare', base, join(head, 'snapshot.json'), '--json', '-']);
    const compared = jsonOf(ended);
    expect(compared.functions).toEqual(check.functions);
    expect(compared.dependencies).toEqual(check.dependencies);
    expect(compared.verdict).toEqual(check.verdict);
    expect(ended.code).toBe(1);
    expect((await readFile(join(head, 'packages', 'tiny.zip'))).length).toBe(compared.functions[0]?.metrics.zip.head);
  });

  test('measure refuses a folder that holds other files, and replaces an earlier snapshot', async () => {
    const output = join(home.path, 'out-head');
    expect((await home.run(project.path, ['measure', '-o', output])).code).toBe(0);
    await writeFile(join(output, 'notes.txt'), 'mine');
    const refused = await home.run(project.path, ['measure', '-o', output]);
    expect(refused.stderr).toMatch(/holds other files \(notes\.txt\)/);
    expect(refused.code).toBe(2);
    expect(await readFile(join(output, 'notes.txt'), 'utf8')).toBe('mine');
    const file = await home.run(project.path, ['measure', '-o', join(output, 'notes.txt')]);
    expect(file.stderr).toMatch(/^coldgate: .*notes\.txt/m);
    expect(file.stderr).not.toMatch(/ {4}at /);
    expect(file.code).toBe(2);
  });

  test('an older commit after a newer one, and the newer again: each gets its own figures', async () => {
    const store = join(await home.repository(), 'snapshots');
    const measure = async (commit: string): Promise<string> => {
      await project.git('checkout', '--quiet', commit);
      const ended = await home.run(project.path, ['check', '--base', 'HEAD', '--json', '-']);
      await rm(store, { recursive: true });
      return jsonOf(ended).functions[0]?.sha256.head ?? '';
    };
    const light = await measure(first);
    const heavy = await measure('main');
    expect(heavy).not.toBe(light);
    expect(await measure(first)).toBe(light);
    expect(await measure('main')).toBe(heavy);
    await project.git('checkout', '--quiet', 'main');
  });

  test('a base newer than the head: the change has the other sign', async () => {
    await project.git('checkout', '--quiet', first);
    const { functions } = jsonOf(await home.run(project.path, ['check', '--base', 'main', '--json', '-']));
    const { zip } = functions[0]?.metrics ?? { zip: { base: null, head: null } };
    expect(Number(zip.base) - Number(zip.head)).toBeGreaterThan(90_000);
    await project.git('checkout', '--quiet', 'main');
  });

  test('a stored snapshot that was cut short is measured again', async () => {
    const store = join(await home.repository(), 'snapshots');
    await rm(store, { recursive: true });
    expect((await home.run(project.path, ['check', '--base', 'HEAD'])).code).toBe(0);
    const sha = await project.git('rev-parse', 'HEAD');
    const [name = ''] = await readdir(store);
    expect(name.startsWith(sha)).toBe(true);
    const file = join(store, name, 'snapshot.json');
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 500));
    const again = await home.run(project.path, ['check', '--base', 'HEAD']);
    expect(again.stderr).toContain('built tiny (nothing anew, all fresh)');
    expect(again.code).toBe(0);
  });

  test('a limit that is none, a wrong base and a wrong manifest are usage errors', async () => {
    for (const [args, message] of [
      [['check', '--limit', 'zip: 5'], /--limit 'zip: 5': "5" has no unit/],
      [['check', '--limit', 'zib: 5 MB'], /zib/],
      [['check', '--base', 'nowhere'], /--base "nowhere": there is no such commit in .*; `git fetch` brings what the remote has/],
      [['check', '--manifest-path', 'src'], /name the Cargo\.toml itself/],
      [['check', '--manifest-path', 'src/Cargo.toml'], /no Cargo\.toml in .*src/],
      [['check', '--bin', 'nope'], /no binary named "nope"; there are: tiny/],
      [['check', '--package', 'nope'], /no package named "nope"/],
    ] as const) {
      const ended = await home.run(project.path, args);
      expect(ended.stderr).toMatch(message);
      expect(ended.stderr).not.toMatch(/ {4}at /);
      expect(ended.stdout).toBe('');
      expect(ended.code).toBe(2);
    }
  });
});

describe('a check of a workspace', () => {
  const member = (name: string, more = ''): Record<string, string> => ({
    [`${name}/Cargo.toml`]: manifest(name, more),
    [`${name}/src/main.rs`]: tiny()['src/main.rs'] ?? '',
  });
  const root = (names: readonly string[], more = ''): Record<string, string> => ({
    'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = [${names.map((name) => `"${name}"`).join(', ')}]\n${more}${QUICK_PROFILE}`,
    'Cargo.lock': `version = 4\n${names.map((name) => `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n`).join('')}`,
    '.gitignore': 'target/\n',
  });
  const limits = (...lines: readonly string[]): string => `\n[workspace.metadata.coldgate]\nlimits = ${JSON.stringify(lines)}\n`;

  test('new and removed functions; limits in Cargo.toml are the base’s; --bin of head alone', async () => {
    await using home = await Home.create();
    await using project = await Project.create({
      ...root(['alpha', 'beta'], limits('binary: 5 kB')),
      ...member('alpha', '\n[package.metadata.coldgate]\nlimits = ["zip: +1%"]\n'),
      ...member('beta'),
    });
    await project.commit(
      {
        ...root(['alpha', 'gamma'], limits('binary: 5 MB')),
        ...member('gamma'),
        // Of the same source git would call it a rename.
        'gamma/src/main.rs': '// new\nfn main() {\n    std::process::exit(std::env::args().count() as i32);\n}\n',
        'beta/Cargo.toml': null,
        'beta/src/main.rs': null,
      },
      'gamma for beta',
    );
    const ended = await untouched(home, project.path, ['check', '--json', '-']);
    const { functions, verdict, limitChanges } = jsonOf(ended);
    expect(functions.map(({ name, status }) => `${name} ${status}`).sort()).toEqual(['alpha unchanged', 'beta removed', 'gamma added']);
    const over = verdict.breaches.map((breach) => (breach.kind === 'limit' ? `${breach.function} ${breach.metric} ${breach.limit}` : ''));
    expect(over).toEqual(['gamma binary 5 kB']);
    expect(verdict.warned).toMatchObject([{ function: 'alpha', limit: '5 kB', because: 'base-exceeds' }]);
    expect(limitChanges).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ text: 'binary: 5 kB', kind: 'removed' }),
        expect.objectContaining({ text: 'binary: 5 MB', kind: 'added' }),
      ]),
    );
    expect(ended.code).toBe(1);

    const given = await home.run(project.path, ['check', '--limit', 'binary: 10 MB', '--json', '-']);
    expect(jsonOf(given).verdict.breaches).toEqual([]);
    expect(given.code).toBe(0);

    const added = await home.run(project.path, ['check', '--bin', 'gamma', '--json', '-', '--limit', 'binary: 10 MB']);
    expect(added.stderr).toContain('gamma');
    expect(jsonOf(added).functions).toMatchObject([{ name: 'gamma', status: 'added' }]);
    expect(added.code).toBe(0);

    const text = await home.run(project.path, ['check']);
    expect(text.stdout).toMatch(/gamma/);
    expect(text.stdout).toMatch(/beta/);
    expect(text.stdout).not.toMatch(/\+100/);
  });

  test('a wrong name is refused before anything is made', async () => {
    await using home = await Home.create();
    await using project = await Project.create({ ...root(['alpha', 'beta']), ...member('alpha'), ...member('beta') });
    const ended = await untouched(home, project.path, ['check', '--bin', 'gamma']);
    expect(ended.stderr).toMatch(/no binary named "gamma"; there are: alpha, beta/);
    expect(ended.code).toBe(2);
    await expect(home.repository()).rejects.toThrow();
  });

  test('limits with a mistake name the file, before a build', async () => {
    await using home = await Home.create();
    await using project = await Project.create({ ...root(['alpha'], limits('zip: 5 MB', 'zip: five')), ...member('alpha') });
    const ended = await home.run(project.path, ['check']);
    expect(ended.stderr).toMatch(/Cargo\.toml:\d+.*five/s);
    expect(ended.code).toBe(2);
    await expect(home.repository()).rejects.toThrow();
    await project.commit(root(['alpha'], '\n[workspace.metadata.coldgate]\nlimit = []\n'), 'other mistake');
    const unknown = await home.run(project.path, ['measure', '-o', join(home.path, 'out')]);
    expect(unknown.stderr).toMatch(/Cargo\.toml: \[workspace\.metadata\.coldgate\] has the unknown key "limit"/);
    expect(unknown.code).toBe(2);
  });

  test('binaries that are no Lambda are left out and named', async () => {
    await using home = await Home.create();
    const stub = { 'lambda_runtime/Cargo.toml': manifest('lambda_runtime'), 'lambda_runtime/src/lib.rs': '' };
    await using project = await Project.create({
      ...root(['api', 'tool', 'lambda_runtime']),
      ...member('api', '\n[dependencies]\nlambda_runtime = { path = "../lambda_runtime" }\n'),
      ...member('tool'),
      ...stub,
      'Cargo.lock': `version = 4\n\n[[package]]\nname = "api"\nversion = "0.1.0"\ndependencies = [\n "lambda_runtime",\n]\n\n[[package]]\nname = "lambda_runtime"\nversion = "0.1.0"\n\n[[package]]\nname = "tool"\nversion = "0.1.0"\n`,
    });
    const ended = await home.run(project.path, ['check', '--json', '-']);
    expect(jsonOf(ended).functions.map(({ name }) => name)).toEqual(['api']);
    expect(jsonOf(ended).notes).toContainEqual({
      code: 'bins-left-out',
      text: 'binaries left out: tool (its package has no Lambda dependency); to measure one, name all functions with --bin',
    });
    expect(ended.code).toBe(0);
  });
});

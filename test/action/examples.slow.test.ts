import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The examples and the README's block, by name. */
const workflows = new Map<string, string>();

beforeAll(async () => {
  const folder = join(ROOT, 'examples/workflows');
  for (const name of await readdir(folder)) workflows.set(name, await readFile(join(folder, name), 'utf8'));
  const [, block = ''] = /```yaml\n(# \.github\/workflows[\s\S]*?)```/.exec(await readFile(join(ROOT, 'README.md'), 'utf8')) ?? [];
  workflows.set('readme.yml', block);
});

/** Their jobs, by `file job`. */
function jobs(): readonly (readonly [string, string])[] {
  return [...workflows].flatMap(([name, text]) => {
    const [, body = ''] = text.split(/^jobs:\n/m);
    return body.split(/^(?= {2}[\w-]+:\n)/m).flatMap((job) => {
      const [, id] = /^ {2}([\w-]+):\n/.exec(job) ?? [];
      return id === undefined ? [] : [[`${name} ${id}`, job] as const];
    });
  });
}

test('zizmor has nothing to say of them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-zizmor-'));
  try {
    const into = join(folder, '.github/workflows');
    await mkdir(into, { recursive: true });
    for (const [name, text] of workflows) await writeFile(join(into, name), text);
    const files = [...workflows.keys()].map((name) => join(into, name));
    const audit = (...paths: readonly string[]): Promise<string> =>
      promisify(execFile)(
        'zizmor',
        ['--offline', '--no-progress', '--strict-collection', '--format=plain', `--config=${join(ROOT, 'scripts/zizmor.yml')}`, ...paths],
        { cwd: folder },
      ).then(
        ({ stdout }) => stdout,
        (error: { readonly code?: unknown; readonly stdout?: string; readonly stderr?: string }) => {
          if (error.code === 'ENOENT') throw new Error('zizmor is not installed: run `bash scripts/ci-tools.sh`');
          return `failed: ${error.stdout}${error.stderr}`;
        },
      );
    expect(await audit(...files, join(ROOT, 'action.yml'))).toMatch(/^No findings to report/);
    // It does look at them.
    const careless = (workflows.get('simple.yml') ?? '').replace(/\n *with:\n *persist-credentials: false/, '');
    await writeFile(join(into, 'careless.yml'), careless);
    expect(await audit(join(into, 'careless.yml'))).toContain('artipacked');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

describe('each job of them', () => {
  test('has its own rights and an end', () => {
    expect(jobs().length).toBeGreaterThan(12);
    for (const [name, job] of jobs()) {
      expect(job, name).toMatch(/^ {4}permissions:/m);
      expect(job, name).toMatch(/^ {4}timeout-minutes: \d+$/m);
    }
    for (const [name, text] of workflows) expect(text, name).toMatch(/^permissions: \{\}$/m);
  });

  test('that checks something out leaves no credentials there for what it builds', () => {
    for (const [name, job] of jobs())
      expect(job.match(/persist-credentials: false/g)?.length ?? 0, name).toBe(job.match(/uses: actions\/checkout@/g)?.length ?? 0);
  });

  test('that reports is never killed by a newer run', () => {
    for (const [name, job] of jobs()) {
      const whole = workflows.get(name.split(' ')[0] ?? '') ?? '';
      const pattern = (indent: string): RegExp =>
        new RegExp(`^${indent}concurrency:[^\\n]*\\n(?:${indent}  .*\\n)*?${indent}  cancel-in-progress: (.*)\\n`, 'm');
      const [, kills] = pattern(' {4}').exec(job) ?? pattern('').exec(whole) ?? [];
      expect(kills, name).toBeDefined();
      const reports = job.includes('coldgate/coldgate@') && !/mode: (?:measure|cold-start|accept)\n/.test(job);
      if (reports) expect(kills, name).toBe('false');
    }
  });

  test('that samples is waited for by a second report alone, which comes whatever becomes of it', () => {
    const samplers = jobs().filter(([, job]) => /mode: cold-start\n/.test(job));
    expect(samplers).not.toEqual([]);
    for (const [name] of samplers) {
      const [file = '', sampler = ''] = name.split(' ');
      const reports = jobs().filter(([other, job]) => other.startsWith(`${file} `) && /mode: report\n/.test(job));
      const [first, second] = ['pending', `\${{ needs.${sampler}.result }}`].map((result) =>
        reports.find(([, job]) => job.includes(`cold-start-result: ${result}\n`)),
      );
      expect(first?.[1], name).not.toMatch(new RegExp(`needs:.*\\b${sampler}\\b`));
      expect(second?.[1], name).toMatch(new RegExp(`needs: \\[.*\\b${first?.[0].split(' ')[1]}\\b.*, ${sampler}\\]`));
      expect(second?.[1], name).toMatch(/^ {4}if: always\(\) && /m);
      expect(reports, name).toHaveLength(2);
    }
  });

  test('an exception that zizmor is told of has its reason beside it', () => {
    for (const [name, text] of workflows)
      for (const [line] of text.matchAll(/.*zizmor: ignore.*/g)) expect(line, name).toMatch(/ignore\[[a-z-]+\] \w+ .{20}/);
  });
});

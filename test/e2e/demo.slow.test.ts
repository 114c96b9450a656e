import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseSnapshot } from '../../src/core/snapshot/snapshot.ts';
import { Home } from './coldgate.ts';
import { codeOf, plainBuild } from './plain-build.ts';
import { Project } from './project.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const SCHEMA = fileURLToPath(new URL('../../schema/check.schema.json', import.meta.url));

describe('a real Axum Lambda', () => {
  it('coldgate demo builds it at two commits, says what the gate would have said and leaves its Markdown alone', async () => {
    await using home = await Home.create();
    const folder = await mkdtemp(join(tmpdir(), 'coldgate-demo-test-'));
    try {
      const json = join(folder, 'demo.json');
      const ended = await home.run(folder, ['demo', '--json', json]);
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stdout).toMatch(
        /^fail: health starts slower: [\d.]+ ms → [\d.]+ ms on this machine, instructions \+\d+ M \(×[\d,]+\) to \d+ M; the limit is \+10 % and \+500 k instructions \(default\); and 1 more breach\n/,
      );
      expect(ended.stdout).toMatch(/health package: \d+ kB → [\d.]+ MB, \+\d+ kB\s+\(\+\d+ %\); the limit is \+5 %\s+and\s+\+50 kB/);
      expect(ended.stdout).toMatch(/handler init \+\d+ M instructions, of which\s+regex_automata::\S+ \d+ M,\s+called\s+by\s+health::main/);
      expect(ended.stdout).toContain('regex-automata');
      expect(
        ended.stdout
          .split('\n')
          .slice(1)
          .filter((line) => line.length > 80 && /\s/.test(line.trim())),
      ).toEqual([]);
      expect((await readdir(folder)).toSorted()).toEqual(['coldgate-demo.md', 'demo.json']);
      expect(await readdir(join(home.path, 'repositories'))).toEqual([]);

      const report = JSON.parse(await readFile(json, 'utf8'));
      const validate = new Ajv2020().compile(JSON.parse(await readFile(SCHEMA, 'utf8')));
      expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
      const [health] = report.functions;
      const sum = (rows: readonly { readonly base: number; readonly head: number }[], side: 'base' | 'head'): number =>
        rows.reduce((total, row) => total + row[side], 0);
      for (const side of ['base', 'head'] as const) {
        expect(sum(health.crates, side)).toBe(health.metrics.text[side]);
        expect(sum(health.sections, side)).toBe(health.metrics.binary[side]);
        expect(sum(health.package, side)).toBe(health.metrics.zip[side]);
      }
      expect(report.dependencies.added.map(({ name }: { readonly name: string }) => name)).toEqual([
        'aho-corasick',
        'regex',
        'regex-automata',
        'regex-syntax',
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is measured as a plain cargo lambda build makes it: the same SHA-256, .text as readelf says', async () => {
    await using home = await Home.create();
    await using project = await Project.create({ '.gitignore': 'target/\n' });
    await cp(join(EXAMPLES, 'health'), project.path, { recursive: true, filter: (path) => !path.includes('/target') });
    await project.commit({}, 'health');
    const out = join(home.path, 'out');
    const ended = await home.run(project.path, ['measure', '-o', out]);
    expect(ended.code, ended.stderr).toBe(0);
    const snapshot = parseSnapshot(await readFile(join(out, 'snapshot.json'), 'utf8'), 'snapshot.json');
    const [health] = snapshot.functions;
    const plain = await plainBuild(home, '');
    await plain.empty();
    await plain.build();
    const shipped = await plain.binary('health', 'bootstrap.zip');
    expect(health?.binary.sha256).toBe(createHash('sha256').update(shipped).digest('hex'));
    expect(health?.binary.text).toBe((await codeOf(join(plain.target, 'x86_64-unknown-linux-gnu/release/health'))).length);
    expect(health?.attribution).toMatchObject({ kind: 'attributed', of: 'twin', text: health?.binary.text });
    expect(health?.findings).toEqual([]);
  });
});

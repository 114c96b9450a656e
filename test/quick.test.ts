import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { buildingTests } from './quick.ts';

it.each(['cargo', 'rustc', 'valgrind', 'cargo-lambda', 'cargo-bloat', 'zig'])('a quick test that starts %s fails', (program) => {
  const { status, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 97,
    stderr: `a quick test started ${program}: import test/rust.ts, so that it runs with the others\n`,
  });
});

it('no test is skipped: one whose tool is missing fails', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const skipping = files.filter((name) => /\.(?:skip|skipIf|runIf|todo)\b/.test(readFileSync(join(import.meta.dirname, name), 'utf8')));
  expect(skipping).toEqual([]);
});

it('what reaches rust.ts by its imports is not quick', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldgate-quick-'));
  try {
    for (const [name, text] of Object.entries({
      'rust.ts': 'export const CARGO = 1;\n',
      'a/helper.ts':
        "import fc from 'fast-check';\nimport {\n  CARGO,\n} from '../rust.ts';\nexport interface Kind {}\nexport const more = CARGO;\n",
      'a/circle.ts': "export * from './other.ts';\n",
      'a/other.ts': "import './circle.ts';\nimport { more } from './helper.ts';\n",
      'direct.test.ts': "import { CARGO } from './rust.ts';\n",
      'a/far.test.ts': "import { a } from './circle.ts';\n",
      'later.test.ts': "const { more } = await import('./a/helper.ts');\n",
      'typed.test.ts': "import type { Kind } from './a/helper.ts';\n",
      'plain.test.ts': "import { x } from '../src/rust.ts';\n// import { more } from './a/helper.ts';\n",
      'far.slow.test.ts': "import { CARGO } from './rust.ts';\n",
    })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    expect(buildingTests(folder)).toEqual(['a/far.test.ts', 'direct.test.ts', 'later.test.ts']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

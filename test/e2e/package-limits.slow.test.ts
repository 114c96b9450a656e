import { expect, test } from 'vitest';
import { jsonOf, QUICK_PROFILE } from './checks.ts';
import { Home } from './coldgate.ts';
import { manifest, Project, TINY_MAIN } from './project.ts';

/** Beyond 262,144,000 B, of which Lambda takes nothing; zeroes, so that the ZIP is small. */
const HUGE = 270_000_000;
const carrying = TINY_MAIN.replace(
  'fn main() {',
  'static LOAD: &[u8] = include_bytes!("load.bin");\n\nfn main() {\n    std::hint::black_box(LOAD);',
);

test('a package that Lambda does not take is measured and started all the same, and so are the others', async () => {
  await using home = await Home.create();
  await using project = await Project.create({
    'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["small", "huge"]\n${QUICK_PROFILE}`,
    'small/Cargo.toml': manifest('small'),
    'small/src/main.rs': TINY_MAIN,
    'huge/Cargo.toml': manifest('huge'),
    'huge/src/main.rs': carrying,
    '.gitignore': 'target/\nload.bin\n',
  });
  const changed = (main: string): string => main.replace('fn main() {', 'fn main() {\n    std::hint::black_box(std::env::args().count());');
  await project.commit({ 'small/src/main.rs': changed(TINY_MAIN), 'huge/src/main.rs': changed(carrying) }, 'head');
  const prepare = `--prepare=truncate -s ${HUGE} huge/src/load.bin`;
  const ended = await home.run(project.path, ['check', '--json', '-', '--init=local', '--limit=zip: 5 MB', prepare]);
  expect(ended.code, ended.stderr.slice(-3_000)).toBe(0);
  const { functions } = jsonOf(ended);
  const limits = (findings: (typeof functions)[number]['findings']): unknown => findings.filter(({ kind }) => kind === 'package-limit');
  expect(functions.map(({ name, findings }) => [name, limits(findings)])).toEqual([
    ['huge', [{ kind: 'package-limit', of: 'unpacked', size: expect.any(Number) }]],
    ['small', []],
  ]);
  for (const { metrics } of functions) expect(metrics['init.instructions']?.head).toBeGreaterThan(10_000);
  const [huge] = functions;
  expect(huge?.metrics.unzipped.head).toBeGreaterThan(HUGE);
  expect(huge?.metrics.zip.head).toBeLessThan(2_000_000);
  const shown = await home.run(project.path, ['check', '--limit=none', prepare]);
  expect(shown.stdout.replaceAll(/\s+/g, ' ')).toContain('huge: unpacks to 270 MB, and Lambda takes less than 262,144,000 B');
});

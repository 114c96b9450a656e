import { expect, test } from 'vitest';
import { jsonOf } from './checks.ts';
import { Home } from './coldgate.ts';
import { Project, TINY_MAIN, tiny } from './project.ts';

/** The tiny Lambda with so many instances of one generic function, none of them like another. */
function withInstances(count: number): Record<string, string> {
  const calls = Array.from({ length: count }, (_, at) => `    work::<${at}>(&mut load);\n`).join('');
  const work = `
#[inline(never)]
fn work<const N: usize>(load: &mut Vec<usize>) {
    load.push(std::hint::black_box(N * 7 + load.len()));
    if load.len() % (N + 2) == 0 {
        load.insert(N % load.len(), N);
    }
}
`;
  const main = TINY_MAIN.replace('fn main() {', `fn main() {\n    let mut load = vec![1];\n${calls}    std::hint::black_box(&load);`);
  return { 'src/main.rs': `${main}${work}` };
}

test('a hundred more instances of a generic function are told as that', async () => {
  await using home = await Home.create();
  await using project = await Project.create({ ...tiny(), ...withInstances(4) });
  await project.commit(withInstances(104), 'a hundred more');
  const ended = await home.run(project.path, ['check', '--base', 'HEAD^1', '--json', '-']);
  expect(ended.code, ended.stderr).not.toBe(3);
  const [fn] = jsonOf(ended).functions;
  const row = fn?.symbols.find(({ name }) => name === 'tiny::work');
  expect(row).toMatchObject({ crate: 'tiny', count: { base: 4, head: 104 } });
  const sum = (side: 'base' | 'head'): number => fn?.symbols.reduce((total, symbol) => total + (symbol[side] ?? 0), 0) ?? 0;
  expect({ base: sum('base'), head: sum('head') }).toMatchObject({ base: fn?.metrics.text?.base, head: fn?.metrics.text?.head });
  const told = await home.run(project.path, ['check', '--base', 'HEAD^1']);
  expect(told.stdout.replace(/\s+/g, ' ')).toMatch(/100 more instances of tiny::work \(4 → 104\) \+[\d.]+ kB/);
});

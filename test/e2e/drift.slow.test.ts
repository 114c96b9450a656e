import { expect, test } from 'vitest';
import { jsonOf } from './checks.ts';
import { Home } from './coldgate.ts';
import { carrying, limited } from './drifting.ts';
import { Project } from './project.ts';

test('twelve commits drift: each passes its own gate, the one that crosses the limit fails, what adds nothing later is warned', async () => {
  await using home = await Home.create();
  await using project = await Project.create(limited('zip: +5% & +50 kB', 'zip: +10% & +39 kB since v*'));
  await project.git('tag', 'v1.0.0');
  const check = async () => {
    const ended = await home.run(project.path, ['check', '--base', 'HEAD^', '--json', '-']);
    return { ...jsonOf(ended), code: ended.code, stderr: ended.stderr };
  };
  const told: string[] = [];
  const commits: readonly (readonly [what: string, carried: number])[] = [
    ...[5, 10, 15, 20, 25, 30].map((carried) => ['a few kB more', carried] as const),
    ['a few kB too much', 35],
    ['nothing more', 35],
    ['1 kB more', 36],
    ['1 kB less', 34],
    ['again a few kB', 38],
    ['a few kB after the next release', 43],
  ];
  for (const [what, carried] of commits) {
    if (what.endsWith('next release')) await project.git('tag', 'v1.1.0');
    const files = carrying(carried);
    await project.commit({ ...files, 'src/main.rs': `${files['src/main.rs']}// ${told.length}\n` }, what);
    const { verdict, code, stderr } = await check();
    expect(stderr).not.toContain('building once');
    expect(verdict.breaches.every((breach) => breach.kind === 'limit' && breach.limit.includes('since'))).toBe(true);
    told.push(`${what}: ${verdict.warned.length === 0 ? verdict.status : `${verdict.status}, warned`} ${code}`);
  }
  expect(told).toEqual([
    ...Array.from({ length: 6 }, () => 'a few kB more: pass 0'),
    'a few kB too much: fail 1',
    'nothing more: pass, warned 0',
    '1 kB more: pass, warned 0',
    '1 kB less: pass, warned 0',
    'again a few kB: fail 1',
    'a few kB after the next release: pass 0',
  ]);
});

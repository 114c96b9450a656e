import { expect, test } from 'vitest';
import { heavier, QUICK_PROFILE, untouched } from './checks.ts';
import { Home } from './coldgate.ts';
import { manifest, Project, tiny } from './project.ts';

test('a limit of base for a function that nobody has is warned of, and one for a binary that is no function is not', async () => {
  await using home = await Home.create();
  const limits = [
    'tinny/zip: 1 kB',
    'helper/zip: 1 kB',
    'tiny/zip: 5 MB',
    'crate:tinny: 5 MB',
    'crate:core: 5 MB',
    'crate:tiny: 5 MB',
    'crate:openssl*: 0 B',
  ];
  await using project = await Project.create({
    ...tiny(),
    'Cargo.toml': manifest('tiny', `${QUICK_PROFILE}\n[workspace.metadata.coldgate]\nlimits = ${JSON.stringify(limits)}\n`),
    'src/bin/helper.rs': 'fn main() {}\n',
  });
  await project.commit(heavier(10), 'head');
  const ended = await untouched(home, project.path, ['check', '--bin', 'tiny']);
  expect(ended.code, ended.stderr).toBe(0);
  // A long line goes on below.
  expect(ended.stdout.replaceAll(/\s+/g, ' ')).toContain(
    'tinny/zip: 1 kB in Cargo.toml:13 judges nothing: there is no function tinny; did you mean tiny?',
  );
  expect(ended.stdout.match(/judges nothing/g)).toHaveLength(1);
  // The run is of one binary, and what is declared for all of them may be for the other.
  expect(ended.stdout).not.toContain('matches no crate');
  const all = await untouched(home, project.path, [
    'check',
    '--bin',
    'tiny',
    '--limit',
    'crate:tinny: 5 MB',
    '--limit',
    'crate:core: 5 MB',
  ]);
  const told = all.stdout.replaceAll(/\s+/g, ' ');
  expect(told).toContain('crate:tinny: 5 MB (--limit) matches no crate at base or head; did you mean tiny?');
  expect(told).toContain('crate:core: 5 MB (--limit) matches no crate at base or head: what is in core is counted with std');
});

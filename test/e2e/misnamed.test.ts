import { expect, test } from 'vitest';
import { heavier, QUICK_PROFILE, untouched } from './checks.ts';
import { Home } from './coldgate.ts';
import { manifest, Project, tiny } from './project.ts';

test('a limit of base for a function that nobody has is warned of, and one for a binary that is no function is not', async () => {
  await using home = await Home.create();
  const limits = ['tinny/zip: 1 kB', 'helper/zip: 1 kB', 'tiny/zip: 5 MB'];
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
});

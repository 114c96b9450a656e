import { describe, expect, test } from 'vitest';
import { readDeclaredLimits } from '../../src/cargo/declared-limits.ts';
import { type CargoMetadata, parseMetadata } from '../../src/cargo/metadata.ts';
import { UsageError } from '../../src/core/failures.ts';
import { run } from '../../src/exec/run.ts';
import { manifest, Project } from '../e2e/project.ts';
import { CARGO } from '../rust.ts';

const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** As cargo itself reads the manifests. */
async function metadataOf(project: Project): Promise<CargoMetadata> {
  const { stdout } = await run(CARGO, ['metadata', '--format-version', '1', '--no-deps', '--offline'], { cwd: project.path, env });
  return parseMetadata(stdout, project.path);
}

test('the workspace’s and each package’s, with file and line', async () => {
  await using project = await Project.create({
    'Cargo.toml':
      '[workspace]\nresolver = "2"\nmembers = ["a", "b"]\n\n[workspace.metadata.coldgate]\nlimits = [\n  "zip: 5 MB",\n  \'binary: +2%\',\n]\n',
    'a/Cargo.toml': manifest('a', '[package.metadata.coldgate]\nlimits = ["zip: 1 MB"]\n'),
    'a/src/main.rs': 'fn main() {}',
    'b/Cargo.toml': manifest('b', '[package.metadata.other]\nlimits = 3\n'),
    'b/src/main.rs': 'fn main() {}',
  });
  expect(await readDeclaredLimits(await metadataOf(project), project.path)).toEqual([
    { text: 'zip: 5 MB', package: null, file: 'Cargo.toml', line: 7 },
    { text: 'binary: +2%', package: null, file: 'Cargo.toml', line: 8 },
    { text: 'zip: 1 MB', package: 'a', file: 'a/Cargo.toml', line: 6 },
  ]);
});

test('a comment and the other table may hold the same text: the line is the limit’s own', async () => {
  await using project = await Project.create({
    'Cargo.toml': `# once it was "zip: 1 kB"\n${manifest('a')}
[workspace]
[workspace.metadata.coldgate]
limits = ["binary: 1 kB", "zip: 2 kB"] # not "text: 1 kB"

[package.metadata.coldgate]
limits = ["zip: 1 kB", "binary: 1 kB", "text: 1 kB"]
`,
    'src/main.rs': 'fn main() {}',
  });
  const read = await readDeclaredLimits(await metadataOf(project), project.path);
  expect(read.map(({ text, line }) => [text, line])).toEqual([
    ['binary: 1 kB', 9],
    ['zip: 2 kB', 9],
    ['zip: 1 kB', 12],
    ['binary: 1 kB', 12],
    ['text: 1 kB', 12],
  ]);
});

test('a line that is written otherwise than it reads has no number', async () => {
  await using project = await Project.create({
    'Cargo.toml': manifest('a', '[package.metadata.coldgate]\nlimits = ["zip: \\u0035 MB"]\n'),
    'src/main.rs': 'fn main() {}',
  });
  expect(await readDeclaredLimits(await metadataOf(project), project.path)).toEqual([
    { text: 'zip: 5 MB', package: 'a', file: 'Cargo.toml', line: null },
  ]);
});

describe('mistakes name the table', () => {
  test.each([
    ['coldgate = 3', /Cargo\.toml: \[package\.metadata\.coldgate\] is not a table/],
    ['coldgate = { limit = [] }', /unknown key "limit"; known: limits/],
    ['coldgate = { limits = "zip: 5 MB" }', /limits is not a list of strings/],
    ['coldgate = { limits = ["zip: 5 MB", 5] }', /limits is not a list of strings/],
  ])('%s', async (line, message) => {
    await using project = await Project.create({
      'Cargo.toml': manifest('a', `[package.metadata]\n${line}\n`),
      'src/main.rs': 'fn main() {}',
    });
    const reading = readDeclaredLimits(await metadataOf(project), project.path);
    await expect(reading).rejects.toThrow(UsageError);
    await expect(reading).rejects.toThrow(message);
  });
});

import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDeclaredEvents } from '../../src/cargo/declared-events.ts';
import { readDeclaredLimits } from '../../src/cargo/declared-limits.ts';
import { type CargoMetadata, parseMetadata } from '../../src/cargo/metadata.ts';
import { run } from '../../src/exec/run.ts';
import { readyEvent } from '../../src/init/events/ready-events.ts';
import { manifest, Project } from '../e2e/project.ts';
import { CARGO } from '../rust.ts';

const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** As cargo itself reads the manifests. */
async function metadataOf(project: Project): Promise<CargoMetadata> {
  const { stdout } = await run(CARGO, ['metadata', '--format-version', '1', '--no-deps', '--offline'], { cwd: project.path, env });
  return parseMetadata(stdout, project.path);
}

const one = (declared: string) =>
  Project.create({ 'Cargo.toml': manifest('a', `\n[package.metadata.coldgate]\n${declared}\n`), 'src/main.rs': 'fn main() {}' });

test("the workspace's and each package's, with files relative to the manifest", async () => {
  await using project = await Project.create({
    'Cargo.toml': '[workspace]\nresolver = "2"\nmembers = ["a"]\n\n[workspace.metadata.coldgate]\ninit-event = "api-gateway-v2"\n',
    'a/Cargo.toml': manifest(
      'a',
      `\n[package.metadata.coldgate]\nlimits = ["zip: 1 MB"]\ninit-event = ["a=events/order.json", '{"all": 1}']\n`,
    ),
    'a/events/order.json': '{"order":1}',
    'a/src/main.rs': 'fn main() {}',
  });
  const metadata = await metadataOf(project);
  expect(await readDeclaredEvents(metadata, project.path)).toEqual([
    { package: null, function: null, file: 'Cargo.toml', name: 'api-gateway-v2', text: readyEvent('api-gateway-v2') },
    { package: 'a', function: 'a', file: 'a/Cargo.toml', name: 'own', text: '{"order":1}' },
    { package: 'a', function: null, file: 'a/Cargo.toml', name: 'own', text: '{"all": 1}' },
  ]);
  // The same table may hold limits.
  expect(await readDeclaredLimits(metadata, project.path)).toMatchObject([{ text: 'zip: 1 MB' }]);
});

describe('a mistake', () => {
  test.each([
    ['init-event = 7', /^Cargo\.toml: \[package\.metadata\.coldgate\] init-event is neither a string nor a list of strings/],
    ['init-event = "event.json"', /init-event .*event\.json.*: there is no such file \(.*\/event\.json\)/],
    ['init-event = "{"', /init-event .* is no JSON/],
    ['init-event = "/etc/hostname"', /lies outside the repository; name a file of it$/],
    ['init-event = "../../../../etc/hostname"', /lies outside the repository/],
  ])('%s names the table; of base it declares nothing', async (declared, message) => {
    await using project = await one(declared);
    const metadata = await metadataOf(project);
    await expect(readDeclaredEvents(metadata, project.path)).rejects.toThrow(message);
    expect(await readDeclaredEvents(metadata, project.path, { lenient: true })).toEqual([]);
  });

  test('a link that leads out of the repository', async () => {
    await using project = await one('init-event = "event.json"');
    await symlink('/etc/hostname', join(project.path, 'event.json'));
    await expect(readDeclaredEvents(await metadataOf(project), project.path)).rejects.toThrow(/lies outside the repository/);
  });

  test('files that prepare may bring are not looked for', async () => {
    await using project = await one('init-event = "event.json"');
    expect(await readDeclaredEvents(await metadataOf(project), project.path, { files: 'none' })).toEqual([]);
  });
});

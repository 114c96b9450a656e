import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { heavier, jsonOf, QUICK_PROFILE } from './checks.ts';
import { Home } from './coldgate.ts';
import { Project, tiny } from './project.ts';

let home: Home;
let project: Project;
beforeEach(async () => {
  home = await Home.create();
  project = await Project.create(tiny('tiny', QUICK_PROFILE));
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

/** A build script that puts another file in the place of what is stored, of the same length. */
const planting = (file: string): Record<string, string> => ({
  'build.rs': `use std::{env, fs, path::Path};
fn main() {
    let target = env::var("CARGO_TARGET_DIR").unwrap();
    for stored in fs::read_dir(Path::new(&target).join("../snapshots")).into_iter().flatten().flatten() {
        let file = stored.path().join("${file}");
        if let Ok(mut bytes) = fs::read(&file) {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(&file, bytes).unwrap();
        }
    }
}
`,
});

test("head's build script changes base's package: the run fails, and the next one measures base again", async () => {
  await project.commit({ ...heavier(200), ...planting('packages/tiny.zip') }, 'hostile');
  const ended = await home.run(project.path, ['check', '--base', 'HEAD^1']);
  expect(ended.code, ended.stderr).toBe(3);
  expect(ended.stderr).toMatch(/tiny\.zip of [0-9a-f]{7} is not what was measured any more/);
  const again = await home.run(project.path, ['check', '--base', 'HEAD^1', '--json', '-']);
  expect(again.code, again.stderr).toBe(1);
  expect(jsonOf(again).base).toMatchObject({ source: 'built' });
});

test("head's build script changes base's twin: nothing is counted of it", async () => {
  await project.commit({ ...heavier(1), ...planting('twins/tiny') }, 'hostile');
  const ended = await home.run(project.path, ['check', '--base', 'HEAD^1', '--init', 'local']);
  expect(ended.code, ended.stderr).toBe(3);
  expect(ended.stderr).toMatch(/tiny of [0-9a-f]{7} is not what was measured any more/);
});

test('what lies in the store was changed since: by its length it is measured again, by its content the run fails once', async () => {
  await project.commit(heavier(1), 'more');
  const check = ['check', '--base', 'HEAD^1', '--json', '-'];
  const first = jsonOf(await home.run(project.path, check));
  const store = join(await home.repository(), 'snapshots');
  const places = (await readdir(store)).map((name) => join(store, name, 'packages', 'tiny.zip'));
  for (const place of places) await writeFile(place, 'short');
  expect(jsonOf(await home.run(project.path, check)).functions).toEqual(first.functions);
  for (const place of places) {
    const bytes = await readFile(place);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(place, bytes);
  }
  expect((await home.run(project.path, check)).code).toBe(3);
  expect((await home.run(project.path, check)).code).toBe(3);
  expect(jsonOf(await home.run(project.path, check)).functions).toEqual(first.functions);
});

test('what a build script leaves behind is gone when the check is', async () => {
  const build = `use std::process::Command;
fn main() {
    let out = std::env::var("CARGO_TARGET_DIR").unwrap() + "/../left";
    Command::new("sh").args(["-c", &format!("for n in 1 2 3; do env -i /usr/bin/setsid /bin/sleep 600 >/dev/null 2>&1 & echo $! >>{out}; done; /bin/sleep 0.2")]).status().unwrap();
}
`;
  await project.commit({ 'build.rs': build }, 'leaves some');
  const ended = await home.run(project.path, ['check', '--base', 'HEAD^1']);
  expect(ended.code, ended.stderr).toBe(0);
  const pids = (await readFile(join(await home.repository(), 'left'), 'utf8')).trim().split('\n');
  expect(pids.length).toBeGreaterThanOrEqual(3);
  for (const pid of pids) expect(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ') Z')).toMatch(/\) [ZX]/);
});

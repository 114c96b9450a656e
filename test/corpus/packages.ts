import { execFile } from 'node:child_process';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hashOfInputs } from '../../scripts/built.ts';
import { Home } from '../e2e/coldgate.ts';
import { Project } from '../e2e/project.ts';
import { defaultHome, RUSTC } from '../rust.ts';
import { type Held, holdAgainstPlain } from './held.ts';
import { digestOf, filesOf, type Shape } from './shapes.ts';

/**
 * Where the packages of a shape are kept, as `coldgate measure -o` leaves them (`snapshot.json`, `packages/`, `twins/`): below the tests' shared
 * home in `corpus/`, by what the shape, coldgate and the compiler are. Nothing else is there, and it may be removed at any time.
 */
export async function placeOf(shape: Shape): Promise<string> {
  const { stdout: rustc } = await promisify(execFile)(RUSTC, ['--version', '--verbose']);
  const coldgate = hashOfInputs(fileURLToPath(new URL('../..', import.meta.url)));
  const key = digestOf(JSON.stringify(await filesOf(shape)), coldgate, rustc);
  return join(defaultHome(), 'corpus', `${shape.name}-${key}`);
}

/** Measures a shape in a repository of its own, holds it against a plain build, and keeps its packages. */
export async function holdShape(shape: Shape): Promise<Held> {
  const place = await placeOf(shape);
  await using project = await Project.create(await filesOf(shape));
  await using home = await Home.create();
  const output = `${place}.${process.pid}`;
  await mkdir(join(place, '..'), { recursive: true });
  try {
    const held = await holdAgainstPlain(home, project.path, output);
    if (held.different.length === 0) {
      await rm(place, { recursive: true, force: true });
      await rename(output, place);
    }
    return held;
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/** The packages of a shape: built once for all suites. */
export async function packagesOf(shape: Shape): Promise<string> {
  const place = await placeOf(shape);
  if ((await stat(place).catch(() => null)) === null) {
    const { different } = await holdShape(shape);
    if (different.length > 0) throw new Error(`${different.join(', ')}: not what a plain build gives`);
  }
  return place;
}

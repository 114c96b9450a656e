import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import AdmZip from 'adm-zip';
import type { InitSide } from '../../src/init/starter.ts';
import { CARGO, RUSTC } from '../rust.ts';

const execute = promisify(execFile);
const SOURCES = fileURLToPath(new URL('init', import.meta.url));
/** The article's profile. */
const PROFILE = ['--edition=2021', '-Copt-level=3', '-Ccodegen-units=1', '-Aunexpected-cfgs', '-Adead-code'];

export interface Sides {
  readonly base: InitSide;
  readonly head: InitSide;
}

/** A plant of `init/` on `std` alone, without and with what is planted, packed as it would ship. */
export async function writtenOn(name: string, scratch: string): Promise<Sides> {
  const folder = join(scratch, name);
  const [base, head] = await Promise.all([
    compiled(name, [], join(folder, 'base')),
    compiled(name, ['--cfg=planted'], join(folder, 'head')),
  ]);
  return { base, head };
}

async function compiled(name: string, cfg: readonly string[], folder: string): Promise<InitSide> {
  await mkdir(folder, { recursive: true });
  const twin = join(folder, 'plant');
  const links: string[] = [];
  const inC = join(SOURCES, `${name}.c`);
  if (existsSync(inC)) {
    const object = join(folder, 'plant.o');
    await execute('cc', ['-O1', ...(cfg.length > 0 ? ['-DPLANTED'] : []), '-c', inC, '-o', object]);
    links.push(`-Clink-arg=${object}`);
  }
  if (name === 'dependency') {
    const crate = ['--crate-type=rlib', '--crate-name=settings', '--out-dir', folder, join(SOURCES, 'settings.rs')];
    await execute(RUSTC, [...PROFILE, ...cfg, ...crate]);
    links.push('-L', folder);
  }
  await execute(RUSTC, [...PROFILE, '-Clto=fat', ...cfg, ...links, '--crate-name=plant', '-o', twin, join(SOURCES, `${name}.rs`)]);
  return packed(twin, folder);
}

/** A binary of `init/tree`, without and with what is planted; its dependencies are built once for a scratch folder. */
export async function ofTree(name: string, scratch: string): Promise<Sides> {
  const folder = join(scratch, 'tree', name);
  return {
    base: await built(name, [], scratch, join(folder, 'base')),
    head: await built(name, ['--features=planted'], scratch, join(folder, 'head')),
  };
}

async function built(name: string, features: readonly string[], scratch: string, folder: string): Promise<InitSide> {
  const target = join(scratch, 'target');
  await execute(CARGO, ['build', '--release', '--locked', '--bin', name, ...features], {
    cwd: join(SOURCES, 'tree'),
    env: { ...process.env, CARGO_TARGET_DIR: target },
    maxBuffer: 1 << 26,
  });
  return packed(join(target, 'release', name), folder);
}

/** What ships of a binary with symbols, and the binary as its twin. */
async function packed(binary: string, folder: string): Promise<InitSide> {
  await mkdir(folder, { recursive: true });
  const [twin, stripped, path] = [join(folder, 'twin'), join(folder, 'bootstrap'), join(folder, 'plant.zip')];
  await execute('cp', [binary, twin]);
  await execute('strip', ['-o', stripped, twin]);
  const zip = new AdmZip();
  zip.addLocalFile(stripped, '', 'bootstrap');
  for (const entry of zip.getEntries()) entry.attr = (0o100755 << 16) >>> 0;
  await zip.writeZipPromise(path);
  return { awaits: 'runtime', package: path, entry: 'bootstrap', twin };
}

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { parseElf } from '../src/formats/elf/elf.ts';
import { openReader } from '../src/formats/elf/reader.ts';
import { inspectPackage } from '../src/inspect/package.ts';

/** A small program that every Linux has. */
const PROGRAM = '/bin/true';

/**
 * A leg's artifact as `measure` uploads it: each function has a package of its own, a real program with noise (or zeroes) behind it, and the figures are
 * the package's.
 */
export async function artifactOf(base, head, { folder, headSha, noise = 0, zeroes = 0, files = 0 }) {
  const zip = new AdmZip();
  const description = {
    ...{ schema: 'coldgate/leg@2', key: 'default', leg: 'default', headSha, pull: null, shard: null },
    ...{ base: { kind: 'measured', origin: 'built' }, repeat: [] },
  };
  zip.addFile('leg.json', Buffer.from(JSON.stringify(description)));
  for (const [side, snapshot] of Object.entries({ base, head })) {
    for (const fn of snapshot.functions) {
      const { packed, figures } = await packageOf(join(folder, 'one'), { noise: noise + (side === 'head' ? 2_000 : 0), zeroes, files });
      Object.assign(fn.package, figures.package);
      Object.assign(fn.binary, figures.binary);
      if (fn.attribution.kind !== 'none') fn.attribution.of = 'rebuild';
      stored(zip, `${side}/${fn.package.file}`, packed);
    }
    zip.addFile(`${side}/snapshot.json`, Buffer.from(JSON.stringify(snapshot)));
  }
  return zip.toBuffer();
}

/** As the Action's own upload does, nothing is gained by compressing what is compressed. */
function stored(zip, name, bytes) {
  zip.addFile(name, bytes).header.method = 0;
}

async function packageOf(file, { noise, zeroes, files }) {
  const binary = Buffer.concat([readFileSync(PROGRAM), randomBytes(noise + 16), Buffer.alloc(zeroes)]);
  const zip = new AdmZip();
  zip.addFile('bootstrap', binary, '', 0o755);
  for (let f = 0; f < files; f += 1) zip.addFile(`f${f}`, Buffer.alloc(0));
  const packed = zip.toBuffer();
  await writeFile(`${file}.zip`, packed);
  await writeFile(file, binary);
  const { size, entries, overhead } = await inspectPackage(`${file}.zip`, file);
  using reader = openReader(file);
  const { sections, headers, text } = parseElf(reader, file);
  const sha256 = createHash('sha256').update(binary).digest('hex');
  return {
    packed,
    figures: {
      package: { size, entries: [...entries], overhead },
      binary: {
        ...{ entry: 'bootstrap', sha256, size: binary.length, headers, text },
        sections: sections.map((section) => ({ name: section.name, size: section.size })),
      },
    },
  };
}

/** A repository whose base declares `limits`, and a head on top of it: what GitHub would answer. */
export async function repositoryOf(folder, limits) {
  const git = (...words) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], { encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  const declared = limits.map((limit) => JSON.stringify(limit)).join(',\n');
  await writeFile(join(folder, 'Cargo.toml'), `[workspace]\nmembers = []\n[workspace.metadata.coldgate]\nlimits = [\n${declared}\n]\n`);
  git('add', '.');
  git('commit', '--quiet', '--message', 'base');
  const base = git('rev-parse', 'HEAD');
  git('checkout', '--quiet', '-b', 'work');
  git('commit', '--quiet', '--allow-empty', '--message', 'head');
  const head = git('rev-parse', 'HEAD');
  git('checkout', '--quiet', 'main');
  return { base, head };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../src/core/units.ts';
import { type Elf, parseElf } from '../../src/formats/elf/elf.ts';
import { type Deployment, findingsOf } from '../../src/inspect/runtime-image.ts';
import { bufferReader } from '../formats/buffer-reader.ts';

const HEALTHY: Elf = {
  machine: 'x86_64',
  sections: [],
  text: bytes(0),
  needed: ['libc.so.6', 'libgcc_s.so.1', 'ld-linux-x86-64.so.2'],
  fixed: false,
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  glibc: '2.17',
  symbols: 'none',
  strippable: bytes(0),
  unneeded: [],
  headers: bytes(0),
};
const AL2023: Deployment = { image: 'provided.al2023', arch: 'x86_64', packaged: ['bootstrap'] };

function findings(elf: Partial<Elf>, deployment: Partial<Deployment> = {}) {
  return findingsOf({ ...HEALTHY, ...elf }, { ...AL2023, ...deployment });
}

describe('findingsOf', () => {
  it('finds nothing in a binary that starts, dynamic or static', () => {
    expect(findings({})).toEqual([]);
    expect(findings({}, { image: 'provided.al2' })).toEqual([]);
    expect(findings({ needed: [], interpreter: null, glibc: null })).toEqual([]);
  });

  it('finds libraries that neither the image nor the package has', () => {
    const needed = ['libssl.so.3', 'libssl.so.10', 'libpq.so.5', 'libpq.so.5'];
    expect(findings({ needed })).toEqual([
      { kind: 'missing-library', library: 'libssl.so.10', image: 'provided.al2023' },
      { kind: 'missing-library', library: 'libpq.so.5', image: 'provided.al2023' },
    ]);
    expect(findings({ needed }, { packaged: ['libpq.so.5', 'lib/libssl.so.10'] })).toEqual([]);
    expect(findings({ needed: ['libpq.so.5'] }, { packaged: ['other/libpq.so.5'] })).toHaveLength(1);
    expect(findings({ needed: ['libssl.so.3'] }, { image: 'provided.al2' })).toHaveLength(1);
  });

  it('compares glibc versions as numbers', () => {
    expect(findings({ glibc: '2.34' })).toEqual([]);
    expect(findings({ glibc: '2.9' })).toEqual([]);
    expect(findings({ glibc: '2.35' })).toEqual([{ kind: 'glibc-too-new', needed: '2.35', provided: '2.34', image: 'provided.al2023' }]);
    expect(findings({ glibc: '2.28' }, { image: 'provided.al2' })).toEqual([
      { kind: 'glibc-too-new', needed: '2.28', provided: '2.26', image: 'provided.al2' },
    ]);
  });

  it('says the wrong architecture, and nothing of its loader', () => {
    const arm64 = parseElf(bufferReader(readFileSync(join(import.meta.dirname, '../fixtures/inspect/arm64.elf'))), 'arm64.elf');
    expect(findingsOf(arm64, AL2023)).toEqual([{ kind: 'wrong-architecture', found: 'arm64', expected: 'x86_64' }]);
    expect(findingsOf(arm64, { ...AL2023, arch: 'arm64' })).toEqual([]);
    expect(findingsOf(arm64, { ...AL2023, arch: 'arm64', image: 'provided.al2' })).toHaveLength(1);
    expect(findings({ machine: 'unknown (243)' })).toEqual([{ kind: 'wrong-architecture', found: 'unknown (243)', expected: 'x86_64' }]);
  });

  it('finds an interpreter that the image lacks', () => {
    const expected = '/lib64/ld-linux-x86-64.so.2';
    for (const found of ['/lib/ld-musl-x86_64.so.1', '/nix/store/abc-glibc-2.40/lib/ld-linux-x86-64.so.2']) {
      expect(findings({ interpreter: found })).toEqual([{ kind: 'interpreter', found, expected }]);
    }
    expect(findings({ interpreter: '/usr/lib64/ld-linux-x86-64.so.2' })).toEqual([]);
    expect(findings({ interpreter: '/var/task/lib/ld.so' }, { packaged: ['lib/ld.so'] })).toEqual([]);
    expect(findings({ interpreter: '/var/task/lib/ld.so' })).toHaveLength(1);
  });

  it('names what symbols cost', () => {
    const unneeded = [3, 2_000].map((size, at) => ({
      ...{ name: `.debug_${at}`, type: 1, flags: 0, address: 0, offset: 0, link: 0 },
      size: bytes(size),
    }));
    expect(findings({ symbols: 'debug', strippable: bytes(2_300), unneeded })).toEqual([
      {
        kind: 'ships-symbols',
        saving: 2_300,
        sections: [
          { name: '.debug_1', size: 2_000 },
          { name: '.debug_0', size: 3 },
        ],
      },
    ]);
    expect(findings({ symbols: 'symtab', strippable: bytes(0) })).toEqual([]);
  });
});

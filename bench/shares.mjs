import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { shareTolerance } from '../src/core/zip-share.ts';
import { readZip } from '../src/formats/zip.ts';
import { zipShares } from '../src/inspect/owners/zip-shares.ts';
import { table } from './run.mjs';

/**
 * How much the share of the package moves that a crate has which did not change: for each pair of folders that `coldgate measure -o` wrote. A
 * piece is a symbol of the twin, its owner the crate in its name; a crate did not change where it has the same symbols of the same sizes.
 */
export async function benchShares(folders) {
  const rows = [];
  const all = [];
  for (let at = 0; at + 1 < folders.length; at += 2) {
    const [base, head] = [await cratesOf(folders[at]), await cratesOf(folders[at + 1])];
    const same = [...base.crates].flatMap(([name, before]) => {
      const after = head.crates.get(name);
      return after !== undefined && after.symbols.join() === before.symbols.join() && before.size > 0
        ? [{ name, size: before.size, before: before.zip, moved: after.zip - before.zip }]
        : [];
    });
    all.push(...same);
    const most = same.toSorted((a, b) => Math.abs(b.moved) - Math.abs(a.moved))[0];
    const sum = same.reduce((total, { moved }) => total + moved, 0);
    const whole = same.reduce((total, { before }) => total + before, 0);
    rows.push([
      `${label(folders[at])} → ${label(folders[at + 1])}`,
      `${base.size} → ${head.size}`,
      `${same.length} of ${base.crates.size}`,
      `${signed(sum)} of ${whole}`,
      ...(most === undefined ? ['', ''] : [`${signed(most.moved)} of ${most.before}`, most.name]),
      signed(Math.max(...same.filter(({ before }) => before >= 1_000).map(({ moved, before }) => (100 * moved) / before)), 2),
    ]);
  }
  console.log('## What an unchanged crate costs when others change\n');
  table(['pair', 'ZIP', 'crates unchanged', 'their shares together', 'the largest move', 'of', 'largest growth, % (≥ 1 kB)'], rows);
  const classes = [0, 100, 1_000, 10_000, 100_000, Number.POSITIVE_INFINITY];
  const byClass = classes.slice(0, -1).map((from, at) => {
    const those = all.filter(({ before }) => before >= from && before < classes[at + 1]);
    const largest = (of) => those.reduce((most, one) => (most === null || of(one) > of(most) ? one : most), null);
    const [bytes, percent] = [largest(({ moved }) => Math.abs(moved)), largest(({ moved, before }) => Math.abs(moved) / before)];
    const told = (one, figure) => (one === null ? '' : `${figure(one)} (${one.name}, ${one.before} B)`);
    const to = at === classes.length - 2 ? '' : ` to ${classes[at + 1]}`;
    return [
      `from ${from}${to} B`,
      those.length,
      told(bytes, ({ moved }) => `${signed(moved)} B`),
      told(percent, ({ moved, before }) => `${signed((100 * moved) / before, 2)} %`),
    ];
  });
  console.log();
  table(['share', 'unchanged crates', 'moved by at most', 'as a share'], byClass);
  // Either side may be base.
  const beyond = all.filter(({ before, moved }) => Math.abs(moved) > shareTolerance(Math.min(before, before + moved)));
  console.log(`\nbeyond the tolerance in either direction: ${beyond.length} of ${all.length}`);
}

const label = (folder) => folder.split('/').at(-1);
const signed = (value, digits = 0) => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(digits)}`;

/** What each crate has in a measured package: bytes of the file, of the package, and its symbols. */
async function cratesOf(folder) {
  const { functions } = JSON.parse(await readFile(join(folder, 'snapshot.json'), 'utf8'));
  const [{ package: zip, binary, twin }] = functions;
  const { entries } = await readZip(join(folder, zip.file), zip.file);
  const entry = entries.find(({ name }) => name === binary.entry);
  const symbols = symbolsOf(join(folder, twin));
  const pieces = piecesOf(symbols, sectionsOf(await buffer(entry.contents())), entry.uncompressed);
  const { pieces: bits } = await zipShares(
    entry,
    pieces.map(({ end }) => end),
  );
  const crates = new Map();
  for (const [at, { owner, size }] of pieces.entries()) {
    const crate = crates.get(owner) ?? { bits: 0, size: 0, symbols: [] };
    crate.bits += bits[at];
    crate.size += size;
    if (!owner.startsWith('[')) crates.set(owner, crate);
  }
  for (const { owner, name, size } of symbols) crates.get(owner)?.symbols.push(`${name} ${size}`);
  for (const crate of crates.values()) {
    crate.zip = Math.round(crate.bits / 8);
    crate.symbols.sort();
  }
  return { crates, size: zip.size };
}

/** Symbols and what lies between them, covering the file. */
function piecesOf(symbols, sections, size) {
  const placed = symbols
    .flatMap(({ owner, address, size: bytes }) => {
      const section = sections.find((one) => one.type !== 8 && address >= one.address && address + bytes <= one.address + one.size);
      return section === undefined ? [] : [{ owner, start: address - section.address + section.offset, size: bytes }];
    })
    .toSorted((a, b) => a.start - b.start || b.size - a.size);
  const pieces = [];
  let at = 0;
  for (const { owner, start, size: bytes } of placed) {
    const end = start + bytes;
    if (end <= at) continue;
    if (start > at) pieces.push({ owner: '[between]', end: start, size: start - at });
    pieces.push({ owner, end, size: end - Math.max(start, at) });
    at = end;
  }
  if (at < size) pieces.push({ owner: '[between]', end: size, size: size - at });
  return pieces;
}

function symbolsOf(twin) {
  const output = execFileSync('nm', ['-SC', '--defined-only', twin], { encoding: 'utf8', maxBuffer: 1e9 });
  return output.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]{16}) ([0-9a-f]{16}) \S (.*)$/.exec(line);
    if (match === null) return [];
    const [, address, size, name] = match;
    return [
      {
        address: Number.parseInt(address, 16),
        size: Number.parseInt(size, 16),
        name: name.replace(/anon\.[0-9a-f]+|\.llvm\.\d+/g, ''),
        owner: ownerOf(name),
      },
    ];
  });
}

/** The first crate that the name speaks of. */
function ownerOf(name) {
  return /([A-Za-z_][A-Za-z0-9_]*)::/.exec(name)?.[1] ?? '[C or without a name]';
}

function sectionsOf(elf) {
  const [start, count] = [Number(elf.readBigUInt64LE(40)), elf.readUInt16LE(60)];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * 64;
    const [address, offset, size] = [16, 24, 32].map((field) => Number(elf.readBigUInt64LE(at + field)));
    return { type: elf.readUInt32LE(at + 4), address, offset, size };
  }).filter(({ address }) => address > 0);
}

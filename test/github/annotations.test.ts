import { describe, expect, it } from 'vitest';
import { NO_COLD_START } from '../../src/core/compare/cold-start.ts';
import { bytes } from '../../src/core/units.ts';
import { type AnnotationSources, annotationsOf } from '../../src/github/annotations.ts';
import { aColdStart, aFailedColdStart, aFailedInit, aMeasuredInit } from '../core/builders.ts';
import { aMaximum, anInit, anOutcome, anOwner, aRoot, aRowFunction, aVerdict, ownRoot } from '../report/builders.ts';
import { coldStarts, judgedBy } from '../report/cold-start-outcomes.ts';
import { responseErrs } from '../report/first-response-outcomes.ts';

const SOURCES: AnnotationSources = {
  unanswered: (why) => why.kind,
  finding: ({ kind }) => kind,
  root: ({ did }) => `${did.kind} ${'name' in did ? did.name : ''}`,
  projectFinding: ({ kind }) => kind,
  plain: (text) => text.replaceAll('\u202e', '\\u{202e}'),
  files: new Map([
    ['Cargo.toml', '[workspace.metadata.coldgate]\n\nlimits = ["zip: 900 kB"]\n'],
    ['health/Cargo.toml', '[package]\nname = "health"\n\n[dependencies]\nregex = "1"\n'],
    ['Cargo.lock', '[[package]]\nname = "aho-corasick"\nversion = "1.1.3"\n'],
  ]),
};
const LIMIT = aMaximum('zip', 900_000, '900 kB');

const line = (file: string, number: number) => ({ file, line: number });
const REGEX = { kind: 'added', name: 'regex', version: '1.11.1' } as const;
const AHO = { kind: 'changed', name: 'aho-corasick', base: '1.1.2', head: '1.1.3' } as const;
const regex = aRoot({ ...REGEX, place: line('health/Cargo.toml', 5), by: [] }, { moves: [REGEX] });
const ahoCorasick = aRoot({ ...AHO, place: null, by: [] }, { moves: [AHO] });
const own = ownRoot('health');
const owners = [anOwner('health', 10, 500_000), anOwner('aho_corasick', 100_000, 200_000), anOwner('regex', 0, 300_000)];
const grown = aRowFunction('health', { zip: [800_000, 1_000_000] }, { roots: [own, ahoCorasick, regex], owners, notOwned: null });

describe('annotationsOf', () => {
  it('has nothing to say to a pass', () => {
    expect(annotationsOf(anOutcome([aRowFunction('health')]), SOURCES)).toEqual([]);
  });

  it('puts a breach on its limit and its causes on their dependencies', () => {
    expect(annotationsOf(anOutcome([grown], { verdict: aVerdict([grown], [LIMIT]) }), SOURCES)).toEqual([
      {
        level: 'error',
        file: 'Cargo.toml',
        line: 3,
        title: "coldgate: health's package is over its limit",
        message: "health's package: 1.00 MB, 100 kB over; the limit is zip: 900 kB",
      },
      {
        ...{ level: 'warning', file: 'health/Cargo.toml', line: 5, title: 'coldgate: health became larger by regex' },
        message: "added regex: +300 kB of health's package",
      },
      {
        ...{ level: 'warning', file: 'Cargo.lock', line: 2, title: 'coldgate: health became larger by aho-corasick' },
        message: "changed aho-corasick: +100 kB of health's package",
      },
    ]);
  });

  it('puts a breach of a limit that stands nowhere on what brought most, else on the package', () => {
    const [first] = annotationsOf(anOutcome([grown]), SOURCES);
    expect(first).toMatchObject({ level: 'error', file: 'health/Cargo.toml', line: 5 });
    const alone = aRowFunction('health', { zip: [800_000, 1_000_000] }, { roots: [own], owners, notOwned: null });
    expect(annotationsOf(anOutcome([alone]), SOURCES)).toMatchObject([{ file: 'health/Cargo.toml', line: 2 }]);
    const unknown = aRowFunction('other', { zip: [800_000, 1_000_000] });
    expect(annotationsOf(anOutcome([unknown]), SOURCES)).toMatchObject([{ file: 'Cargo.toml', line: null }]);
  });

  it.each([
    ['warn', { gate: 'warn' }, 'warning'],
    [
      'accepted',
      { status: 'accepted', acceptance: { label: 'coldgate: accepted', by: 'octocat', at: '2026-05-04T10:11:12Z', reason: null } },
      'notice',
    ],
  ] as const)('is milder where the gate is: %s', (_name, overrides, level) => {
    const verdict = aVerdict([grown], [LIMIT], overrides);
    const levels = annotationsOf(anOutcome([grown], { verdict }), SOURCES).filter(({ title }) => title.includes('limit'));
    expect(levels).toMatchObject([{ level }]);
  });

  it('gives several breaches each their own figures', () => {
    const both = [grown, aRowFunction('orders', { zip: [1, 950_000] })];
    const messages = annotationsOf(anOutcome(both, { verdict: aVerdict(both, [LIMIT]) }), SOURCES)
      .filter(({ level }) => level === 'error')
      .map(({ message }) => message);
    expect(messages).toEqual([
      "health's package: 1.00 MB, 100 kB over; the limit is zip: 900 kB",
      "orders's package: 950 kB, 50.0 kB over; the limit is zip: 900 kB",
    ]);
  });

  it('warns of what is wrong with a package, at that package', () => {
    const odd = aRowFunction('health', {}, { findings: [{ kind: 'missing-library', library: 'libssl.so.3', image: 'provided.al2023' }] });
    expect(annotationsOf(anOutcome([odd]), SOURCES)).toEqual([
      { level: 'warning', file: 'health/Cargo.toml', line: 2, title: "coldgate: health's package", message: 'health: missing-library' },
    ]);
  });

  it('puts what a change sets on its line, and what base has too nowhere', () => {
    const image = { kind: 'old-image', found: 'provided.al2', file: 'deploy/template.yaml', line: 12 } as const;
    const flags = { kind: 'rustflags', by: 'RUSTFLAGS', cpu: 'haswell', place: null } as const;
    const old = { kind: 'ignored-profile', package: 'a', file: 'a/Cargo.toml', line: 5 } as const;
    const include = {
      kind: 'large-include',
      name: 'a.bin',
      size: bytes(200_000),
      packed: bytes(9),
      place: { file: 'src/a.rs', line: 3 },
    } as const;
    const health = aRowFunction('health', {}, { findings: [include] });
    const outcome = anOutcome([health], { comparison: { project: { findings: [image, flags, old], standing: [old] } } });
    const title = 'coldgate: how it is built and deployed';
    expect(annotationsOf(outcome, SOURCES)).toEqual([
      { level: 'warning', file: 'src/a.rs', line: 3, title: "coldgate: health's package", message: 'health: large-include' },
      { level: 'warning', file: 'deploy/template.yaml', line: 12, title, message: 'old-image' },
      { level: 'warning', file: 'Cargo.toml', line: null, title, message: 'rustflags' },
    ]);
  });

  it('puts a function that no longer starts on its package, with its last words', () => {
    const broken = aRowFunction('health', {}, { init: anInit(aMeasuredInit(), aFailedInit()) });
    expect(annotationsOf(anOutcome([broken]), SOURCES)).toEqual([
      {
        level: 'error',
        file: 'health/Cargo.toml',
        line: 2,
        title: 'coldgate: health no longer starts',
        message: 'health no longer starts: TABLE_NAME must be set: NotPresent',
      },
    ]);
    const unknown = { ...broken, name: 'orders', crate: 'orders' };
    const both = [broken, unknown, grown];
    expect(annotationsOf(anOutcome(both), SOURCES).filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'health no longer starts: TABLE_NAME must be set: NotPresent', file: 'health/Cargo.toml' },
      { message: 'orders no longer starts: TABLE_NAME must be set: NotPresent' },
      { message: "health's package: 1.00 MB, 150 kB over; the limit is zip: +5% & +50 kB" },
    ]);
  });

  it('says how a first request went unanswered where nothing was written', () => {
    const [only, ...others] = annotationsOf(responseErrs(), SOURCES);
    expect([only?.message, others]).toEqual(['health no longer answers its first request: error', []]);
  });

  it('puts an init that fails on AWS on its package, after those that fail here', () => {
    const [coldStart = NO_COLD_START] = coldStarts([aColdStart(), aFailedColdStart()]);
    const fn = aRowFunction('health', {}, { coldStart });
    const outcome = judgedBy([fn], ['zip: +5%']);
    expect(annotationsOf(outcome, SOURCES)).toEqual([
      {
        level: 'error',
        file: 'health/Cargo.toml',
        line: 2,
        title: 'coldgate: health no longer starts on AWS',
        message: 'health no longer starts on AWS: TABLE_NAME must be set: NotPresent',
      },
    ]);
    const broken = { ...fn, name: 'orders', init: anInit(aMeasuredInit(), aFailedInit()), coldStart: NO_COLD_START };
    expect(annotationsOf(judgedBy([fn, broken], ['zip: +5%']), SOURCES)).toMatchObject([
      { title: 'coldgate: orders no longer starts', message: 'orders no longer starts: TABLE_NAME must be set: NotPresent' },
      { message: 'health no longer starts on AWS: TABLE_NAME must be set: NotPresent' },
    ]);
  });

  it('stays below what GitHub shows, and counts the rest', () => {
    const many = Array.from({ length: 14 }, (_, index) =>
      aRowFunction(`fn-${index}`, { zip: [800_000, 1_000_000] }, { roots: [regex], owners, notOwned: null }),
    );
    const all = annotationsOf(anOutcome(many, { verdict: aVerdict(many, [LIMIT]) }), SOURCES);
    expect(all.filter(({ level }) => level === 'error')).toHaveLength(10);
    expect(all[9]).toMatchObject({ message: 'and 5 more of this kind: the report has them all', line: null });
    // Fourteen functions share one dependency line.
    expect(all.filter(({ level }) => level === 'warning')).toHaveLength(1);
  });

  it('makes what came with the pull request visible', () => {
    const hostile = aRowFunction('\u202ehealth', { zip: [800_000, 1_000_000] });
    const [only] = annotationsOf(anOutcome([hostile]), SOURCES);
    expect(only?.title).toBe("coldgate: \\u{202e}health's package is over its limit");
  });
});

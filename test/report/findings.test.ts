import { expect, test } from 'vitest';
import type { FunctionComparison } from '../../src/core/model/comparison.ts';
import type { Finding, ProjectFinding } from '../../src/core/snapshot/findings.ts';
import { bytes } from '../../src/core/units.ts';
import { renderMarkdown } from '../../src/report/markdown/markdown.ts';
import { renderTerminal } from '../../src/report/terminal/terminal.ts';
import { MARKDOWN, PLAIN } from '../../src/report/text/escape.ts';
import { findingText } from '../../src/report/text/finding.ts';
import { findingLines, standingLines } from '../../src/report/text/findings.ts';
import { projectFindingText } from '../../src/report/text/project-finding.ts';
import { verdictSentence } from '../../src/report/text/sentence.ts';
import { toneOf } from '../../src/report/text/tone.ts';
import { anInvocation, aSnapshot } from '../core/builders.ts';
import { anOutcome, aRowFunction } from './builders.ts';

test('each finding says what to do, for the architecture of the run', () => {
  const head = { origin: 'built', snapshot: aSnapshot({ invocation: anInvocation({ arch: 'arm64' }) }) } as const;
  const fn = aRowFunction(
    'health',
    {},
    {
      findings: [
        { kind: 'glibc-too-new', needed: 'GLIBC_2.38', provided: 'GLIBC_2.34', image: 'provided.al2023' },
        { kind: 'wrong-architecture', found: 'x86_64', expected: 'arm64' },
        { kind: 'interpreter', found: '/lib/ld-musl-aarch64.so.1', expected: '/lib/ld-linux-aarch64.so.1' },
      ],
    },
  );
  expect(findingLines(anOutcome([fn], { comparison: { head } }), PLAIN)).toEqual([
    'health: needs glibc GLIBC_2.38, provided.al2023 has GLIBC_2.34, so it dies at init. Build with --compiler zig or for the target aarch64-unknown-linux-gnu.2.34.',
    'health: is built for x86_64, expected arm64, so it dies at init. Build with the --arch that the function is deployed for.',
    'health: asks for the loader /lib/ld-musl-aarch64.so.1, the image has /lib/ld-linux-aarch64.so.1, so it dies at init. Build for the target aarch64-unknown-linux-gnu or link statically.',
  ]);
});

test('functions with the same finding share a line', () => {
  const missing = { kind: 'missing-library', library: 'libpq.so.5', image: 'provided.al2023' } as const;
  const functions = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => aRowFunction(name, {}, { findings: [missing] }));
  expect(findingLines(anOutcome(functions), MARKDOWN)).toEqual([
    '`a`, `b`, `c`, `d`, `e` … and 2 more: needs `libpq.so.5`, which neither `provided.al2023` nor the package has, so it dies at init. Bundle it in `lib/` of the package or link it statically.',
  ]);
});

test('two versions of one package say who asks for which, and what they cost together', () => {
  const versions = [
    { version: '0.23.5', by: ['aws-smithy-http-client'] },
    { version: '0.21.12', by: ['hyper-rustls', 'ureq', 'more'] },
  ];
  const finding = { kind: 'two-versions', name: 'rustls', versions, size: { base: 200_000, head: 412_000 } } as const;
  const blind = { ...finding, name: 'ring@', versions: [{ version: '`1`', by: [] }, ...versions], size: { base: null, head: null } };
  expect(findingLines(anOutcome([aRowFunction('health', {}, { findings: [finding, blind] })]), MARKDOWN)).toEqual([
    '`health`: links `rustls` in 2 versions, `0.23.5` for `aws-smithy-http-client` and `0.21.12` for `hyper-rustls`, `ureq` … and 1 more: together 412 kB of code, +212 kB. `cargo tree -d -e normal` shows who asks for which.',
    '`health`: links `ring@` in 3 versions, `` `1` ``, `0.23.5` for `aws-smithy-http-client`, `0.21.12` for `hyper-rustls`, `ureq` … and 1 more. `cargo tree -d -e normal` shows who asks for which.',
  ]);
});

test.each([
  [
    'unpacked',
    248_000_000,
    'unpacks to 248 MB, 94.6 % of the 262,144,000 B that Lambda takes, layers included. Leave files out of it, load them at run time (S3, EFS), or deploy a container image.',
  ],
  [
    'unpacked',
    262_143_999,
    'unpacks to 262 MB, 99.9 % of the 262,144,000 B that Lambda takes, layers included. Leave files out of it, load them at run time (S3, EFS), or deploy a container image.',
  ],
  [
    'unpacked',
    262_144_000,
    'unpacks to 262 MB, and Lambda takes less than 262,144,000 B, layers included: it cannot be deployed as a ZIP. Leave files out of it, load them at run time (S3, EFS), or deploy a container image.',
  ],
  [
    'upload',
    48_000_000,
    'has 48.0 MB, 91.5 % of the 52,428,800 B that Lambda takes by direct upload. Beyond that it is deployed by way of S3 alone (cargo lambda deploy --s3-bucket; SAM and CDK take that way by themselves).',
  ],
  [
    'upload',
    52_428_800,
    'has 52.4 MB, and Lambda takes less than 52,428,800 B by direct upload: deploy it by way of S3 alone (cargo lambda deploy --s3-bucket; SAM and CDK take that way by themselves), or leave files out of it.',
  ],
] as const)('a package near what Lambda takes %s, at %i B', (of, size, text) => {
  expect(findingText({ kind: 'package-limit', of, size: bytes(size) }, 'x86_64', PLAIN)).toBe(text);
});

test('what cannot be deployed is the title and the first warning of a check that passes', () => {
  const near = { kind: 'package-limit', of: 'unpacked', size: bytes(250_000_000) } as const;
  const functions = [
    aRowFunction('near', {}, { findings: [near] }),
    aRowFunction('huge', {}, { findings: [{ ...near, size: bytes(270_000_000) }] }),
  ];
  const outcome = anOutcome(functions);
  expect(findingLines(outcome, PLAIN).map((line) => line.slice(0, 22))).toEqual(['huge: unpacks to 270 M', 'near: unpacks to 250 M']);
  const title = (...all: readonly FunctionComparison[]) => renderMarkdown(anOutcome(all)).split('\n')[0]?.replaceAll('\u00a0', ' ');
  const said = '### coldgate · ⚠️ `huge` cannot be deployed as a ZIP: it unpacks to 270 MB, Lambda takes less than 262 MB';
  expect(title(...functions)).toBe(said);
  const other = aRowFunction('other', {}, { findings: [{ ...near, size: bytes(280_000_000) }] });
  expect(title(...functions, other)).toBe(`${said}; and 1 more function`);
  expect(renderTerminal(outcome, { columns: 100, colour: false })).toContain('2 warnings');
});

const PROFILE = { kind: 'profile', profile: 'release', file: 'Cargo.toml' } as const;

const FINDINGS: readonly (readonly [ProjectFinding, string])[] = [
  [
    { ...PROFILE, setting: 'lto', found: 'false', by: 'manifest', line: 12 },
    'lto = false at Cargo.toml:12. Write lto = "fat": the package of an axum function was 9.4 % smaller with it.',
  ],
  [
    { ...PROFILE, setting: 'lto', found: '"thin"', by: 'cargo-lambda', line: null },
    'lto = "thin", which cargo lambda sets where the manifest does not. Write lto = "fat" below [profile.release] of Cargo.toml: the package of an axum function was 12.3 % smaller with it.',
  ],
  [
    { ...PROFILE, setting: 'panic', found: '"unwind"', by: 'manifest', line: 3 },
    'panic = "unwind" at Cargo.toml:3. Write panic = "abort", if nothing catches a panic: the package of an axum function was 11.3 % smaller with it.',
  ],
  [
    { ...PROFILE, setting: 'codegen-units', found: '4', by: 'environment', line: 3 },
    'codegen-units = 4 by a variable of the environment (CARGO_PROFILE_RELEASE_CODEGEN_UNITS). Write codegen-units = 1 there.',
  ],
  [
    { ...PROFILE, profile: 'small', setting: 'strip', found: '"none"', by: 'cargo', line: 7 },
    'strip = "none", which is cargo\'s own. Write strip = true below [profile.small] of Cargo.toml:7; what that saves is told of each function that ships its symbols.',
  ],
  [
    { kind: 'ignored-profile', package: 'api', file: 'api/Cargo.toml', line: 5 },
    "the profile at api/Cargo.toml:5 counts for nothing: cargo reads that of the workspace's own Cargo.toml alone, and warns. Move it there.",
  ],
  [
    { kind: 'rustflags', by: 'RUSTFLAGS', cpu: 'haswell', place: null },
    "the flags of RUSTFLAGS take the place of cargo lambda's own, so what ships is not built for the CPU haswell. Add -C target-cpu=haswell to them.",
  ],
  [
    { kind: 'rustflags', by: '.cargo/config.toml', cpu: 'haswell', place: { file: '.cargo/config.toml', line: 2 } },
    "the flags of .cargo/config.toml:2 take the place of cargo lambda's own, so what ships is not built for the CPU haswell. Add -C target-cpu=haswell to them.",
  ],
  [
    { kind: 'old-image', found: 'provided.al2', file: 'template.yaml', line: 12 },
    'template.yaml:12 deploys to provided.al2. Write provided.al2023: linked for its glibc (a target that ends in -gnu.2.34) an axum function took 11 % fewer instructions to its first request.',
  ],
  [
    { kind: 'template-architecture', found: 'arm64', built: 'x86_64', file: 'template.yaml', line: 13 },
    'template.yaml:13 deploys to arm64, and what is measured here is built for x86_64. Measure with --arch arm64.',
  ],
];

test.each(FINDINGS)('of the project: $kind', (finding, text) => {
  expect(projectFindingText(finding, PLAIN)).toBe(text);
});

test.each<readonly [Finding, string]>([
  [
    {
      ...{ kind: 'twice', job: 'crypto', of: 'code' },
      packages: [
        { name: 'aws-lc-rs', size: bytes(320_000) },
        { name: 'ring', size: bytes(92_000) },
      ],
    },
    'has 2 crypto providers: aws-lc-rs 320 kB of code, ring 92.0 kB of code. One is enough; cargo tree -i ring tells who asks for ring.',
  ],
  [
    { kind: 'large-table', name: 'tables::PRICES', crate: 'tables', size: bytes(900_000), zip: bytes(904_000) },
    'has the table tables::PRICES of tables: 900 kB of the binary, 904 kB of the package. What of it is never asked for can go.',
  ],
  [
    { kind: 'large-table', name: '[constant]', crate: null, size: bytes(118_000), zip: null },
    'has a constant without a name: 118 kB of the binary. What of it is never asked for can go.',
  ],
  [
    {
      kind: 'large-include',
      name: 'assets/a.bin',
      size: bytes(2_000_000),
      packed: bytes(1_300_000),
      place: { file: 'src/main.rs', line: 3 },
    },
    'has the file assets/a.bin compiled in (src/main.rs:3): 2.00 MB of the binary, 1.30 MB packed by itself. What of it is never asked for can go.',
  ],
  [
    {
      ...{ kind: 'ships-symbols', saving: bytes(3_000_000) },
      sections: [
        { name: '.debug_info', size: bytes(2_000_000) },
        { name: '.strtab', size: bytes(900_000) },
      ],
    },
    'ships its symbols (.debug_info 2.00 MB, .strtab 900 kB). strip = true in the profile saves 3.00 MB of the binary.',
  ],
])('of a function: $kind', (finding, text) => {
  expect(findingText(finding, 'x86_64', PLAIN)).toBe(text);
});

test('what base has too is folded: no warning, no doubt, and told below', () => {
  const include = { kind: 'large-include', name: 'a.bin', size: bytes(200_000), packed: bytes(9_000), place: null } as const;
  const thin = FINDINGS[1]?.[0];
  if (thin === undefined) throw new Error('no finding');
  const fn = aRowFunction('health', {}, { findings: [include], standing: [include] });
  const standing = anOutcome([fn], { comparison: { project: { findings: [thin], standing: [thin] } } });
  expect(findingLines(standing, PLAIN)).toEqual([]);
  expect(standingLines(standing, PLAIN)).toHaveLength(2);
  expect(toneOf(standing)).toBe('good');
  expect(verdictSentence(standing)).not.toMatch(/warning/);
  const brought = anOutcome([{ ...fn, standing: [] }], { comparison: { project: { findings: [thin], standing: [] } } });
  expect(findingLines(brought, PLAIN)).toHaveLength(2);
  expect(standingLines(brought, PLAIN)).toEqual([]);
  expect(toneOf(brought)).toBe('doubtful');
  expect(verdictSentence(brought)).toMatch(/; 2 warnings/);
});

import { expect, test } from 'vitest';
import { MARKDOWN, PLAIN } from '../../src/report/text/escape.ts';
import { findingLines } from '../../src/report/text/findings.ts';
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

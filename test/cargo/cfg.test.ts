import { expect, it } from 'vitest';
import { cfgHolds } from '../../src/cargo/cfg.ts';

it.each([
  ['cfg(unix)', true],
  ['cfg(windows)', false],
  ['cfg(target_os = "linux")', true],
  ['cfg(all(target_os = "linux", target_arch = "x86_64"))', true],
  ['cfg(all(target_os = "linux", target_arch = "aarch64"))', false],
  ['cfg(any(windows, target_env = "gnu"))', true],
  ['cfg(not(any(windows, target_os="macos")))', true],
  ['cfg(all())', true],
  ['cfg(any())', false],
  ['cfg(not(unix, windows))', false],
  ['cfg(unix', false],
  ['cfg(unix) x', false],
  ['cfg(unix windows)', false],
  ['cfg(target_os = linux)', false],
  [`cfg(${'not('.repeat(1_000)}unix${')'.repeat(1_000)})`, false],
  ['x86_64-unknown-linux-gnu', false],
])('%s', (text, holds) => {
  expect(cfgHolds(text, 'x86_64')).toBe(holds);
});

it('goes by the architecture', () => {
  expect(cfgHolds('cfg(target_arch = "aarch64")', 'arm64')).toBe(true);
});

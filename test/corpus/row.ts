import { messageOf } from '../../src/core/failures.ts';
import type { Held } from './held.ts';

/** The table of `npm run corpus`. Seconds are of one run, metadata's with everything downloaded. */
export const HEADER = [
  '| shape | functions | packages | metadata bytes | metadata s | measured s | plain s | ZIP bytes | outcome |',
  '| --- | --: | --: | --: | --: | --: | --: | --: | --- |',
].join('\n');

export function renderRow(name: string, { snapshot, metadata, seconds, different }: Held): string {
  const zip = snapshot.functions.reduce((sum, one) => sum + one.package.size, 0);
  const outcome = different.length === 0 ? 'every binary as by a plain build' : `other than by a plain build: ${different.join(', ')}`;
  const figures = [snapshot.functions.length, snapshot.lockfile?.packages.length ?? 0, metadata.bytes].map(grouped);
  const times = [metadata.seconds.toFixed(1), seconds.measured.toFixed(0), seconds.plain.toFixed(0)];
  return `| ${[name, ...figures, ...times, grouped(zip), outcome].join(' | ')} |`;
}

/** What a project that could not be held has: the last line of why. */
export function renderFailed(name: string, error: unknown): string {
  const last = messageOf(error).trimEnd().split('\n').at(-1) ?? '';
  return `| ${name} | | | | | | | | failed: ${last.replaceAll('|', '/').slice(0, 200)} |`;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

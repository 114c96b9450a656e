import type { FetchOrigin } from '../git/fetch.ts';
import type { Revision } from '../git/repository.ts';
import { FLAGS } from './flags.ts';
import type { OptionValues } from './values.ts';

/** The flags of the same check on a laptop: without what is of this run or this account, and of what may be a secret the names alone. */
export function repeatedFlags(values: OptionValues): readonly string[] {
  return FLAGS.flatMap(({ name, value, repeat }) => {
    if (repeat === 'drop' || !values.on(name)) return [];
    if (value === null) return [`--${name}`];
    return values.given(name).map((text) => `--${name}=${repeat === 'name' ? text.replace(/=.*/s, '=…') : text}`);
  });
}

/** The command that repeats a check: the base by its full SHA, which a contributor's clone of their fork may have to fetch first. */
export function renderRepeat(flags: readonly string[], base: Revision | null, origin: FetchOrigin | null): string {
  const fetch = base === null || origin === null ? [] : [['git', 'fetch', origin.address, base.sha].map(quoteForShell).join(' ')];
  const check = renderCommand(['check', ...(base === null ? [] : ['--base', base.sha]), ...flags]);
  return [...fetch, check].join('\n');
}

/** A command of coldgate as a POSIX shell reads it back. */
export function renderCommand(words: readonly string[]): string {
  return ['coldgate', ...words].map(quoteForShell).join(' ');
}

/** As a POSIX shell reads it back: `--limit='zip: 5 MB'`. */
function quoteForShell(word: string): string {
  const [, flag = '', rest = ''] = /^(--[a-z-]+=)?(.*)$/s.exec(word) ?? [];
  return `${flag}${/^[A-Za-z0-9_./:=@%+,-]+$/.test(rest) ? rest : `'${rest.replaceAll("'", String.raw`'\''`)}'`}`;
}

import { parseLimits } from '../core/judge/limits.ts';
import type { Flag } from './flag.ts';
import { FLAGS } from './flags.ts';
import type { OptionValues } from './values.ts';

// The command that repeats a check stands in a public comment, to be copied into a shell; in `report` it is made of what a pull request's job has
// uploaded. So it is kept as arguments, each held to the grammar of its flag, and what does not fit is named and not shown.

/** A flag of the command that repeats a check, and its value; `null`: it takes none, or the value is not for a comment. */
export interface RepeatedFlag {
  readonly flag: string;
  readonly value: string | null;
}

const NAME = /^\w[\w./@+-]*$/;
const PATH = /^[\w./@+][\w./@+ -]*$/;
const TIME = /^\d+(?:\.\d+)? ?(?:ms|s)$/;

/** What a value may be, by its flag. What is not here (a command of a shell, arguments of cargo) is never shown. */
const GRAMMAR: Readonly<Record<string, (value: string) => boolean>> = {
  limit: isLimit,
  gate: (value) => /^(fail|warn)$/.test(value),
  'manifest-path': (value) => PATH.test(value),
  'working-directory': (value) => PATH.test(value),
  bin: (value) => NAME.test(value),
  package: (value) => NAME.test(value),
  features: (value) => /^\w[\w./+:, -]*$/.test(value),
  profile: (value) => NAME.test(value),
  arch: (value) => /^(x86_64|arm64)$/.test(value),
  init: (value) => /^(local|off)$/.test(value),
  'init-env': (value) => /^[A-Za-z_]\w*=…$/.test(value),
  'init-timeout': (value) => TIME.test(value),
  'init-event': (value) => /^(?:[\w.+-]+(?:\/[\w.+-]+)?=)?(?:[\w.+][\w./+-]*|http \d{1,5}(?: \/[\w./-]*){0,2})$/.test(value),
  'init-pairs': (value) => /^\d+$/.test(value),
};

function isLimit(value: string): boolean {
  try {
    parseLimits([value], '');
    return /^[ -~]*$/.test(value);
  } catch {
    return false;
  }
}

/** The flags of the same check on a laptop: without what is of this run or this account, and of what may be a secret the names alone. */
export function repeatedFlags(values: OptionValues): readonly RepeatedFlag[] {
  return FLAGS.flatMap(({ name, value, repeat }): readonly RepeatedFlag[] => {
    if (repeat === 'drop' || !values.on(name)) return [];
    if (value === null) return [{ flag: name, value: null }];
    return values.given(name).map((text) => {
      const shown = repeat === 'name' ? text.replace(/=.*/s, '=…') : text;
      return { flag: name, value: GRAMMAR[name]?.(shown) === true ? shown : null };
    });
  });
}

/**
 * The command that repeats a check: the base by its full SHA, which a contributor's clone of their fork may have to fetch first. `flags` may come
 * out of an artifact: one that is not known, or whose value does not fit, is no part of it.
 */
export function renderRepeat(flags: readonly RepeatedFlag[], base: string | null, origin: { readonly address: string } | null): string {
  const fetch = base === null || origin === null ? [] : [['git', 'fetch', origin.address, base].map(quoteForShell).join(' ')];
  const { words, hidden } = wordsOf(flags);
  const check = renderCommand(['check', ...(base === null ? [] : ['--base', base]), ...words]);
  return [...fetch, check, ...hidden].join('\n');
}

/** The command that repeats a comparison of two snapshots. */
export function renderCompare(base: string, head: string, flags: readonly RepeatedFlag[]): string {
  const { words, hidden } = wordsOf(flags);
  return [renderCommand(['compare', base, head, ...words]), ...hidden].join('\n');
}

function wordsOf(flags: readonly RepeatedFlag[]): { readonly words: readonly string[]; readonly hidden: readonly string[] } {
  const known = flags.flatMap(({ flag: name, value }) => {
    const flag = FLAGS.find((one) => one.name === name && one.repeat !== 'drop');
    return flag === undefined ? [] : [{ name, value, shown: isShown(flag, value) }];
  });
  const hidden = [...new Set(known.flatMap(({ name, shown }) => (shown ? [] : [`--${name}`])))];
  const words = known.filter(({ shown }) => shown).map(({ name, value }) => (value === null ? `--${name}` : `--${name}=${value}`));
  return { words, hidden: hidden.length === 0 ? [] : [`# and ${hidden.join(', ')}: see the workflow`] };
}

function isShown(flag: Flag, value: string | null): boolean {
  return flag.value === null ? value === null : value !== null && GRAMMAR[flag.name]?.(value) === true;
}

function renderCommand(words: readonly string[]): string {
  return ['coldgate', ...words].map(quoteForShell).join(' ');
}

/** As a POSIX shell reads it back: `--limit='zip: 5 MB'`. */
export function quoteForShell(word: string): string {
  const [, flag = '', rest = ''] = /^(--[a-z-]+=)?(.*)$/s.exec(word) ?? [];
  return `${flag}${/^[A-Za-z0-9_./:=@%+,-]+$/.test(rest) ? rest : `'${rest.replaceAll("'", String.raw`'\''`)}'`}`;
}

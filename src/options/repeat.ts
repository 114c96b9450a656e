import type { FetchOrigin } from '../git/base.ts';
import type { Revision } from '../git/repository.ts';

/** Flags whose value belongs to this run or this account and not into a comment. */
const DROPPED = /^--(base|json|markdown|flame-graphs|cold-start(-[a-z-]+)?)$/;
/** It takes no value. */
const ALONE = '--cold-start';

/** The same check on a laptop: the call's own flags, the base by its full SHA, without the files it wrote, AWS, and the values of `init-env`. */
export function renderRepeat(arguments_: readonly string[], base: Revision | null, origin: FetchOrigin | null): string {
  const kept: string[] = [];
  for (let place = 0; place < arguments_.length; place += 1) {
    const [flag = '', value] = splitFlag(arguments_[place] ?? '');
    const next = arguments_[place + 1];
    if (DROPPED.test(flag)) {
      if (value === null && flag !== ALONE) place += 1;
    } else if (flag === '--init-env') {
      if (value === null) place += 1;
      // It may be a secret; the name tells what to give.
      kept.push(flag, `${(value ?? next ?? '').replace(/=.*/s, '')}=…`);
    } else kept.push(arguments_[place] ?? '');
  }
  // A contributor's clone of their fork may not have the base yet.
  const fetch = base === null || origin === null ? [] : [['git', 'fetch', origin.address, base.sha]];
  const check = ['coldgate', 'check', ...(base === null ? [] : ['--base', base.sha]), ...kept];
  return [...fetch, check].map((words) => words.map(quote).join(' ')).join('\n');
}

/** `--flag=value` in two; `null` where the value is a word of its own, or there is none. */
function splitFlag(word: string): readonly [flag: string, value: string | null] {
  const split = word.indexOf('=');
  return word.startsWith('--') && split > 0 ? [word.slice(0, split), word.slice(split + 1)] : [word, null];
}

/** As a POSIX shell reads it back. */
function quote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

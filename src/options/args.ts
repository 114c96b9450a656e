import { parseArgs } from 'node:util';
import { UsageError } from '../core/failures.ts';
import { FLAGS, type Verb } from './flags.ts';

/** The flags of one call, by name. */
export interface Given {
  readonly one: (name: string) => string | null;
  readonly all: (name: string) => readonly string[];
  readonly on: (name: string) => boolean;
  readonly positionals: readonly string[];
}

/** Reads a verb's flags. Throws a UsageError for one that it does not have, and for a second value of one that takes one. */
export function parseFlags(verb: Verb, args: readonly string[]): Given {
  const flags = FLAGS.filter(({ verbs }) => verbs.includes(verb));
  const options = Object.fromEntries(
    flags.map(({ name, short, value }) => [
      name,
      { type: value === null ? ('boolean' as const) : ('string' as const), multiple: true, ...(short === undefined ? {} : { short }) },
    ]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, strict: true, allowPositionals: verb === 'compare' });
  } catch (cause) {
    const known = flags.map(({ name }) => `--${name}`).join(' ');
    throw new UsageError(`${verb}: ${cause instanceof Error ? cause.message : cause}; its flags: ${known === '' ? 'none' : known}`, {
      cause,
    });
  }
  const all = (name: string): readonly string[] => {
    const value = parsed.values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  };
  for (const { name, multiple, value } of flags) {
    if (value !== null && !multiple && all(name).length > 1)
      throw new UsageError(`--${name} is given ${all(name).length} times; it takes one value`);
  }
  return { one: (name) => all(name)[0] ?? null, all, on: (name) => parsed.values[name] !== undefined, positionals: parsed.positionals };
}

import { expect, it } from 'vitest';
import { NO_LAMBDA } from '../../src/cargo/functions.ts';
import { leftOutNotes } from '../../src/measure/notes.ts';

const left = (name: string, reason: string) => ({ name, crate: 'app', reason });

it.each(['--bin', 'input bins'])('binaries that are left out are told, with the option that takes them in: %s', (bin) => {
  expect(leftOutNotes([left('tool', NO_LAMBDA), left('heavy', 'needs the feature "huge"')], bin)).toEqual([
    {
      code: 'bins-left-out',
      text: `binaries left out: tool (its package has no Lambda dependency), heavy (needs the feature "huge"); to measure one, name all functions with ${bin}`,
    },
  ]);
});

it('where another option is missing, or names were given, that is all that is said', () => {
  const [note] = leftOutNotes([left('heavy', 'needs the feature "huge"'), left('tool', 'not among --bin')], '--bin');
  expect(note?.text).toBe('binaries left out: heavy (needs the feature "huge"), tool (not among --bin)');
  expect(leftOutNotes([], '--bin')).toEqual([]);
});

import { expect, test } from 'vitest';
import { MARKDOWN, PLAIN } from '../../src/report/text/escape.ts';
import { hiddenLines } from '../../src/report/text/init-hidden.ts';
import { noteLines } from '../../src/report/text/notes.ts';
import { anOutcome, aRowFunction } from './builders.ts';

const HIDDEN = [{ crate: 'tables', name: 'tables::sum', feature: 'AVX-512', variant: 'tables::sum_avx512' }];

test('what valgrind hides of the processor is said where the code asks for it', () => {
  const fn = aRowFunction('health', {}, { hidden: HIDDEN });
  expect(hiddenLines(fn, MARKDOWN)).toEqual([
    '`tables::sum` was counted without AVX-512, which valgrind hides: on a processor that has it `tables::sum_avx512` may run instead',
  ]);
  expect(noteLines(anOutcome([fn]), PLAIN)).toEqual([
    'health: tables::sum was counted without AVX-512, which valgrind hides: on a processor that has it tables::sum_avx512 may run instead',
  ]);
  expect(hiddenLines(aRowFunction('health'), PLAIN)).toEqual([]);
});

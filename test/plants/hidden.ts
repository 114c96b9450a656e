import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hiddenVariants } from '../../src/core/compare/hidden-features.ts';
import { measureInit } from '../../src/init/session.ts';
import { PLAIN } from '../../src/report/text/escape.ts';
import { hiddenLines } from '../../src/report/text/init-hidden.ts';
import { aFunction, aSymbol, attributionOf } from '../core/builders.ts';
import { aRowFunction } from '../report/builders.ts';
import { type Sides, writtenOn } from './built.ts';
import { sessionIn } from './measured.ts';
import type { Plant } from './plant.ts';

/** What valgrind hides of the processor, and the note that says it. */
export const HIDDEN_PLANTS: readonly Plant[] = [
  {
    name: 'hidden_avx512',
    what: 'a function with a path for AVX-512, and 4 M without it',
    metric: 'init.instructions',
    expected:
      /^plant::checksum_scalar was counted without AVX-512, which valgrind hides: on a processor that has it plant::checksum_avx512 may run/,
    tell: async (scratch) => noteOf(await writtenOn('hidden_avx512', scratch), scratch),
  },
];

async function noteOf(sides: Sides, scratch: string): Promise<string> {
  const place = join(scratch, 'sessions');
  await mkdir(place, { recursive: true });
  const { head: init } = await measureInit(sides, sessionIn(place, 1));
  const head = aFunction({ init, attribution: attributionOf(await symbolsOf(sides.head.twin ?? '')) });
  return hiddenLines(aRowFunction('plant', {}, { hidden: hiddenVariants(head) }), PLAIN).join('; ') || '(nothing)';
}

/** What a check reads of a twin by cargo bloat. */
async function symbolsOf(twin: string): Promise<ReturnType<typeof aSymbol>[]> {
  const { stdout } = await promisify(execFile)('nm', ['-C', twin], { maxBuffer: 1 << 26 });
  return stdout.split('\n').flatMap((line) => {
    const name = /^[0-9a-f]+ [tT] (.+)$/.exec(line)?.[1];
    return name === undefined ? [] : [aSymbol('plant', name, 1)];
  });
}

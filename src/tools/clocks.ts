import type { Environment } from '../exec/run.ts';
import { findProgram, searchPath } from './programs.ts';

/** A program that can read the clock of another process. */
export interface ClockProgram {
  readonly name: 'perl' | 'python3';
  /** Absolute. */
  readonly path: string;
}

/** What there is of them; perl first, which starts in a tenth of python's time. */
export function findClocks(env: Environment): readonly ClockProgram[] {
  return (['perl', 'python3'] as const).flatMap((name) => {
    const path = findProgram(name, searchPath(env));
    return path === null ? [] : [{ name, path }];
  });
}

import type { InitGrowth } from '../../core/model/init.ts';
import { codeName } from './code-name.ts';
import type { TextStyle } from './escape.ts';

/** A function explains a phase whose change is mostly its own or of what it calls. */
const EXPLAINS = 0.8;
/** More than the whole is no part of it. */
const WHOLE = 1.1;

export function explains(share: number): boolean {
  return share >= EXPLAINS && share <= WHOLE;
}

/** The lowest function in which most of the growth happened; `null` where no one function holds most of it. */
export function grownMost({ functions }: InitGrowth): InitGrowth['functions'][number] | null {
  return functions[0] ?? null;
}

/** Where in the project's own code that was reached from: `called by health::main`; `null` where it is that itself, or where it cannot be told. */
export function callerOf(growth: InitGrowth, style: TextStyle): string | null {
  const [most, ...callers] = growth.functions;
  if (most === undefined || most.own || most.name === MAIN) return null;
  const caller = callers.find(({ own }) => own);
  if (caller !== undefined) return `called by ${codeName(caller.name, style)}`;
  const starter = growth.starters.find(({ own }) => own);
  return starter === undefined ? null : `in a thread that ${codeName(starter.name, style)} starts`;
}

/** C's name: what the optimiser left of a Rust `main` stands by it too. */
const MAIN = 'main';

/** `a thread that health::main starts`, where the work in it has no name of its own. */
export function threadOf(growth: InitGrowth, style: TextStyle): string | null {
  const starter = growth.starters.find(({ own }) => own) ?? growth.starters[0];
  return starter === undefined ? null : `a thread that ${codeName(starter.name, style)} starts`;
}

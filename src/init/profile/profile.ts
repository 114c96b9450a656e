/** A number of executed instructions (callgrind's `Ir`). */
export type Instructions = number & { readonly unit: 'instructions' };

export function instructions(value: number): Instructions {
  return value as Instructions;
}

export interface ProfiledFunction {
  readonly name: string;
  /** The ELF file and the source file it lies in, as callgrind names them; `null` where it names none. */
  readonly object: string | null;
  readonly file: string | null;
  /** Its own instructions, inlined code included. */
  readonly self: Instructions;
  /** With everything it called. Recursion through others counts twice; never above the total. */
  readonly inclusive: Instructions;
}

/** One function calling another; both are places in `functions`. */
export interface Call {
  readonly caller: number;
  readonly callee: number;
  readonly count: number;
  readonly inclusive: Instructions;
}

/** The own costs of `functions` add up to `total`. */
export interface Profile {
  readonly total: Instructions;
  readonly functions: readonly ProfiledFunction[];
  readonly calls: readonly Call[];
}

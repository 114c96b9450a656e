/** What tells a function from all others: the cargo package that it belongs to, and its binary. */
export interface NamedFunction {
  /** Its binary's name; `package/binary` where a run has binaries of one name in several packages (SAM projects call each `bootstrap`). */
  readonly name: string;
  /** The cargo package it belongs to. */
  readonly crate: string;
}

/** A function with the name that it had. */
export interface RenamedFunction extends NamedFunction {
  readonly from: NamedFunction;
}

/** The binary's own name: cargo lets no slash into it. */
export function binaryOf({ name, crate }: NamedFunction): string {
  return name.startsWith(`${crate}/`) ? name.slice(crate.length + 1) : name;
}

/** As cargo takes the names of packages and binaries: letters, digits, `_`, `-`, and a little more; one slash. */
const FUNCTION_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.+-]*(?:\/[\p{L}\p{N}_][\p{L}\p{N}_.+-]*)?$/u;

/** Whether a text can be the name of a function: a name that comes out of an artifact is an output of the Action one day. */
export function isFunctionName(name: string): boolean {
  return FUNCTION_NAME.test(name);
}

/** A function's package and binary: the same whatever else its side has. */
export function identityOf(fn: NamedFunction): string {
  return `${fn.crate}/${binaryOf(fn)}`;
}

/** How exactly a name that somebody wrote means this function: 2 with its package, 1 by its binary alone, `null` not at all. */
export function meaning(written: string, fn: NamedFunction): 1 | 2 | null {
  const binary = binaryOf(fn);
  if (written === `${fn.crate}/${binary}`) return 2;
  return written === binary || written === fn.name ? 1 : null;
}

/** Names that no two functions share: those whose binaries are called alike get their package's before it. */
export function nameFunctions<T extends { readonly binary: string; readonly crate: string }>(
  targets: readonly T[],
): readonly (T & NamedFunction)[] {
  return targets.map((one) => {
    const alone = targets.every(({ binary, crate }) => binary !== one.binary || crate === one.crate);
    return { ...one, name: alone ? one.binary : `${one.crate}/${one.binary}` };
  });
}

/** A function's name as the name of a file: `twins/a` would be in the way of `twins/a/bootstrap`. */
export function fileNameOf(name: string): string {
  return name.replaceAll('/', '+');
}

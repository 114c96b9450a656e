/**
 * callgrind's name compression: a name is written in full once, with a number (`(3) main`), and by that number after it (`(3)`).
 * One table for each kind of name.
 */
export class CompressedNames {
  readonly #names = new Map<string, string>();

  /** The key is the number where there is one: two functions of one name have two. */
  resolve(text: string): { readonly key: string; readonly name: string } | null {
    const match = /^\((\d{1,10})\)(?: (.*))?$/.exec(text);
    if (match === null) return { key: text, name: text };
    const [, number = '', given] = match;
    const key = `(${number})`;
    if (given !== undefined) this.#names.set(key, given);
    const name = this.#names.get(key);
    return name === undefined ? null : { key, name };
  }
}

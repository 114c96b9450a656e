import { ToolError } from '../../core/failures.ts';
import { CompressedNames } from './compressed-names.ts';
import { instructions, type Profile } from './profile.ts';

/** *health* makes 1 MB; a function with the AWS SDK ten times that. */
export const PROFILE_LIMIT = 256 * 1024 * 1024;
const FUNCTION_LIMIT = 1_000_000;

interface Building {
  readonly name: string;
  object: string | null;
  file: string | null;
  self: number;
  inclusive: number;
}

/**
 * Reads a callgrind out file (format version 1, https://valgrind.org/docs/manual/cl-format.html), with its compressed names and relative
 * positions. Throws a ToolError that names the line for what does not fit the format, a file cut short, or costs that do not add up to its total.
 */
export function parseCallgrind(text: string): Profile {
  if (text.length > PROFILE_LIMIT) throw new ToolError(`callgrind's output is longer than ${PROFILE_LIMIT} characters`);
  const reader = new Reader();
  let from = 0;
  for (let number = 1; from < text.length; number += 1) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline;
    reader.read(text.slice(from, to).trimEnd(), number);
    from = to + 1;
  }
  return reader.profile();
}

class Reader {
  readonly #functions: Building[] = [];
  readonly #places = new Map<string, number>();
  readonly #calls = new Map<string, { readonly caller: number; readonly callee: number; count: number; inclusive: number }>();
  readonly #names = { function: new CompressedNames(), file: new CompressedNames(), object: new CompressedNames() };
  /** Where in a cost line the instructions stand: after the positions, at the place of `Ir` among the events. */
  #positions = 1;
  #event = 0;
  #total: number | null = null;
  #object: string | null = null;
  #file: string | null = null;
  /** `undefined`: not said, so the caller's own; `null`: said to be unknown. */
  #calledObject: string | null | undefined;
  #calledFile: string | null | undefined;
  #current: number | null = null;
  #called: number | null = null;
  /** Calls whose cost stands on the next line. */
  #pending: number | null = null;

  read(line: string, number: number): void {
    if (line === '' || line.startsWith('#')) return;
    const first = line.charCodeAt(0);
    // Cost lines are nine of ten: `17 4`, `+3 1`, `-2 1`, `* 5`, `0x4005 3`.
    if (first <= 57) this.#cost(line, number);
    else if (!this.#header(line, number) && !this.#assign(line, number)) throw wrong(line, number);
  }

  profile(): Profile {
    const total = this.#total;
    if (total === null || this.#pending !== null) throw new ToolError("callgrind's output was cut short: it has no totals");
    const sum = this.#functions.reduce((all, { self }) => all + self, 0);
    if (sum !== total) throw new ToolError(`callgrind's output does not add up: functions have ${sum} instructions, its total is ${total}`);
    return {
      total: instructions(total),
      functions: this.#functions.map((found) => ({
        ...found,
        self: instructions(found.self),
        inclusive: instructions(Math.min(total, found.self + found.inclusive)),
      })),
      calls: [...this.#calls.values()].map((call) => ({ ...call, inclusive: instructions(call.inclusive) })),
    };
  }

  #header(line: string, number: number): boolean {
    const match = /^([A-Za-z][A-Za-z-]*): ?(.*)$/.exec(line);
    if (match === null) return false;
    const [, name, value = ''] = match;
    if (name === 'positions') this.#positions = value.split(' ').length;
    if (name === 'events') {
      this.#event = value.split(' ').indexOf('Ir');
      if (this.#event < 0) throw wrong(line, number);
    }
    // One for each part of the file. `summary` says the same ahead, but not in every version.
    if (name === 'totals') this.#total = (this.#total ?? 0) + count(value.split(' ')[this.#event], line, number);
    return true;
  }

  #assign(line: string, number: number): boolean {
    const split = line.indexOf('=');
    const value = line.slice(split + 1);
    switch (split < 0 ? '' : line.slice(0, split)) {
      case 'ob':
        this.#object = this.#nameOf('object', value, line, number);
        return true;
      case 'fl':
        this.#file = this.#nameOf('file', value, line, number);
        return true;
      // Inlined from another file: the function stays the same.
      case 'fi':
      case 'fe':
        this.#nameOf('file', value, line, number);
        return true;
      case 'fn':
        this.#current = this.#place(value, this.#object, this.#file, line, number);
        return true;
      case 'cob':
        this.#calledObject = this.#nameOf('object', value, line, number);
        return true;
      case 'cfi':
      case 'cfl':
        this.#calledFile = this.#nameOf('file', value, line, number);
        return true;
      case 'cfn':
        this.#called = this.#place(value, orElse(this.#calledObject, this.#object), orElse(this.#calledFile, this.#file), line, number);
        return true;
      case 'calls':
        if (this.#called === null) throw wrong(line, number);
        this.#pending = count(value.split(' ')[0], line, number);
        return true;
      case 'jump':
      case 'jcnd':
      case 'jfi':
      case 'jfn':
        return true;
      default:
        return false;
    }
  }

  #cost(line: string, number: number): void {
    const columns = line.split(' ');
    // Costs at the end that are zero may be left out.
    const cost = count(columns[this.#positions + this.#event] ?? '0', line, number);
    const caller = this.#current;
    const function_ = caller === null ? undefined : this.#functions[caller];
    if (caller === null || function_ === undefined) throw wrong(line, number);
    if (this.#pending === null) {
      function_.self += cost;
      return;
    }
    const callee = this.#called;
    if (callee === null) throw wrong(line, number);
    const key = `${caller} ${callee}`;
    const call = this.#calls.get(key) ?? { caller, callee, count: 0, inclusive: 0 };
    call.count += this.#pending;
    call.inclusive += cost;
    this.#calls.set(key, call);
    // What a function calls of itself lies within what it costs already.
    if (caller !== callee) function_.inclusive += cost;
    this.#pending = null;
    this.#called = null;
    this.#calledObject = undefined;
    this.#calledFile = undefined;
  }

  #place(value: string, object: string | null, file: string | null, line: string, number: number): number {
    const resolved = this.#names.function.resolve(value);
    if (resolved === null) throw wrong(line, number);
    const known = this.#places.get(resolved.key);
    if (known !== undefined) return known;
    if (this.#functions.length >= FUNCTION_LIMIT) throw new ToolError(`callgrind's output has more than ${FUNCTION_LIMIT} functions`);
    const place = this.#functions.push({ name: resolved.name, object, file, self: 0, inclusive: 0 }) - 1;
    this.#places.set(resolved.key, place);
    return place;
  }

  #nameOf(kind: 'file' | 'object', value: string, line: string, number: number): string | null {
    const resolved = this.#names[kind].resolve(value);
    if (resolved === null) throw wrong(line, number);
    return resolved.name === '???' ? null : resolved.name;
  }
}

function orElse(said: string | null | undefined, own: string | null): string | null {
  return said === undefined ? own : said;
}

function count(text: string | undefined, line: string, number: number): number {
  const value = text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw wrong(line, number);
  return value;
}

function wrong(line: string, number: number): ToolError {
  return new ToolError(`callgrind's output, line ${number}: ${JSON.stringify(line.slice(0, 80))} does not fit the format`);
}

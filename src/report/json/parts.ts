/** A list whose elements are made as they are written. */
export class Lazily {
  readonly elements: () => Iterable<unknown>;
  constructor(elements: () => Iterable<unknown>) {
    this.elements = elements;
  }

  static map<T>(all: readonly T[], make: (one: T) => unknown): Lazily {
    return new Lazily(function* () {
      for (const one of all) yield make(one);
    });
  }
}

/**
 * `JSON.stringify(value, null, 2)` in parts: an element of a `Lazily` each, wherever it stands in objects and in elements of another. What has
 * none within it is one part.
 */
export function* jsonParts(value: unknown, indent = ''): Generator<string, void> {
  const inner = `${indent}  `;
  if (value instanceof Lazily) {
    let before = '[';
    for (const element of value.elements()) {
      yield `${before}\n${inner}`;
      yield* jsonParts(element, inner);
      before = ',';
    }
    yield before === '[' ? '[]' : `\n${indent}]`;
  } else if (isObject(value) && hasLazily(value)) {
    let before = '{';
    for (const [key, field] of Object.entries(value)) {
      if (field === undefined) continue;
      yield `${before}\n${inner}${JSON.stringify(key)}: `;
      yield* jsonParts(field, inner);
      before = ',';
    }
    yield `\n${indent}}`;
  } else {
    yield indented(value, indent.length / 2);
  }
}

/** As an element so many lists deep, without those lists. */
function indented(value: unknown, depth: number): string {
  let within = value;
  let [opened, closed] = [0, 0];
  for (let level = 0; level < depth; level += 1) {
    within = [within];
    opened += '[\n'.length + 2 * (level + 1);
    closed += '\n]'.length + 2 * level;
  }
  const text = JSON.stringify(within, null, 2);
  return text.slice(opened, text.length - closed);
}

function hasLazily(value: object): boolean {
  return Object.values(value).some((field) => field instanceof Lazily || (isObject(field) && hasLazily(field)));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

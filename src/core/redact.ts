/** Shorter values (`info`, `orders`, `3000`) are words of any message, and no secrets. */
const SHORTEST_SECRET = 8;

/**
 * A text without the values of a person's variables: what a function writes goes into a comment, and a connection string may be among it.
 * The name stands in the value's place, `(DATABASE_URL)`. Values of fewer than eight characters stay.
 */
export function withoutValues(text: string, env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .filter(([, value]) => value.length >= SHORTEST_SECRET)
    .toSorted(([, one], [, other]) => other.length - one.length)
    .reduce((left, [name, value]) => left.replaceAll(value, `(${name})`), text);
}

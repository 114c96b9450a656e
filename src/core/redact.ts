/** Shorter values (`info`, `orders`, `3000`) are words of any message, and no secrets. */
const SHORTEST_SECRET = 8;

const ADDRESS = /\b([a-z][a-z0-9+.-]*:\/\/)[^/@\s"'`<>]+@/gi;

/** A text whose addresses name neither user nor password: `https://…@example.com`. */
export function withoutUser(text: string): string {
  return text.replace(ADDRESS, '$1…@');
}

/**
 * A text for a comment or an artifact, where no runner masks what a workflow keeps secret: without what the arguments of a build configure
 * (`--config 'env.TOKEN="…"'`) and without user and password of any address.
 */
export function withoutSettings(text: string, buildArguments: readonly string[]): string {
  const configured = buildArguments.flatMap((argument, at) => {
    const [, within] = /^--config=(.*)$/s.exec(argument) ?? [];
    return within ?? (buildArguments[at - 1] === '--config' ? argument : []);
  });
  const values = configured.flatMap((setting) => [setting, setting.replace(/^[^=]*= *(["']?)(.*)\1$/s, '$2')]);
  return withoutUser(
    withoutForms(
      text,
      values.map((value) => ['--config', value]),
    ),
  );
}

type Values = Readonly<Record<string, string>>;

/**
 * A text without the values of a person's variables: what a function writes goes into a comment, and a connection string may be among it.
 * The name stands in the value's place, `(DATABASE_URL)`: as it is, each of its lines, as a program quotes or encodes it, and the user and the
 * password of an address. What has fewer than eight characters stays.
 */
export function withoutValues(text: string, env: Values): string {
  return withoutForms(text, Object.entries(env));
}

function withoutForms(text: string, named: readonly (readonly [name: string, value: string])[]): string {
  return named
    .flatMap(([name, value]) => formsOf(value).map((form) => ({ name, form })))
    .toSorted((one, other) => other.form.length - one.form.length)
    .reduce((left, { name, form }) => left.replaceAll(form, `(${name})`), text);
}

/** Where the words of a child stand in a measurement: all else is figures, and names of code and of files. */
const QUOTED: ReadonlySet<string> = new Set(['address', 'by', 'errorType', 'lastLines', 'message', 'problem', 'reason', 'waitingFor']);

/** A value of a snapshot, however deep, without those of a person's variables wherever a child's words are quoted in it. */
export function withoutQuotedValues<T>(value: T, env: Values): T {
  if (Object.keys(env).length === 0) return value;
  const within = (part: unknown, quoted: boolean): unknown => {
    if (typeof part === 'string') return quoted ? bounded(withoutValues(part, env), part.length) : part;
    if (Array.isArray(part)) return part.map((one) => within(one, quoted));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, within(one, QUOTED.has(name))]));
  };
  // The shape is the same: strings alone are others.
  return within(value, false) as T;
}

/** A name may be longer than its value: the snapshot's bounds are kept. */
function bounded(text: string, before: number): string {
  return text.slice(0, before <= 1_024 ? 1_024 : 4_096);
}

/** Each value that is kept back, for a log that masks by itself. */
export function valuesKeptBack(env: Values): readonly string[] {
  return Object.values(env)
    .flatMap((value) => value.split(/\r?\n/))
    .filter((line) => line.length >= SHORTEST_SECRET);
}

/** The ways in which a program may print a value. */
function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/);
  const parts = [value, value.trim(), ...(lines.length > 1 ? lines.map((line) => line.trim()) : []), ...partsOfAddress(value)];
  const forms = parts.flatMap((part) => [part, JSON.stringify(part).slice(1, -1), percentEncoded(part)]);
  // Of the last group of three bytes a part alone is the value's when more follows.
  const whole = Buffer.from(value).toString('base64');
  const encoded = [whole, whole.replaceAll('+', '-').replaceAll('/', '_')].map((form) => form.replace(/=+$/, ''));
  return [...new Set([...forms, ...encoded])].filter((form) => form.length >= SHORTEST_SECRET);
}

/** A driver that cannot log in names the user, or shows the address without its scheme. */
function partsOfAddress(value: string): readonly string[] {
  const [, user = '', password = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^:@/\s]*):?([^@/\s]*)@/i.exec(value) ?? [];
  return [user, password].filter((part) => part !== '').flatMap((part) => [part, decoded(part)]);
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a character.
    return text;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import type { Claims } from './runtime-token.ts';
import type { Answer } from './server.ts';

/** One method of a service: claims of the caller and its request in, the answer's message out. */
export type Twirp = (claims: Claims, request: TwirpRequest) => object;

const STATUS = {
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  bad_route: 404,
  already_exists: 409,
  invalid_argument: 400,
} as const;

/** Refused in the words of the protocol: https://twitchtv.github.io/twirp/docs/errors.html */
export class TwirpError extends Error {
  readonly code: keyof typeof STATUS;

  constructor(code: keyof typeof STATUS, message: string) {
    super(message);
    this.code = code;
  }

  get answer(): Answer {
    return { status: STATUS[this.code], body: { code: this.code, msg: this.message } };
  }
}

/** The fields of a request: names as in the protocol's files, wrapped values as they are. */
export class TwirpRequest {
  readonly #fields: Map<string, unknown>;

  constructor(body: unknown) {
    if (typeof body !== 'object' || body === null) throw new TwirpError('invalid_argument', 'no JSON');
    this.#fields = new Map(Object.entries(body));
  }

  text(name: string): string {
    const value = this.optional(name);
    if (value === undefined || value === '') throw new TwirpError('invalid_argument', `${name} is missing`);
    return value;
  }

  optional(name: string): string | undefined {
    const value = this.#fields.get(name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.#fields.get(name);
    return Array.isArray(value) ? value.map(String) : [];
  }
}

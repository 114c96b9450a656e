/** GitHub's own words for an error, as its REST API sends them. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly object[] | undefined;

  constructor(status: number, message: string, errors?: readonly object[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }

  static notFound(): Refusal {
    return new Refusal(404, 'Not Found');
  }

  /** The token is valid and does not reach this far: an app's token is told so by name. */
  static beyondScope(app: boolean): Refusal {
    return new Refusal(403, `Resource not accessible by ${app ? 'integration' : 'personal access token'}`);
  }

  static invalid(resource: string, field: string, message: string): Refusal {
    return new Refusal(422, 'Validation Failed', [{ resource, code: field === 'data' ? 'unprocessable' : 'custom', field, message }]);
  }

  get body(): object {
    const errors = this.errors === undefined ? {} : { errors: this.errors };
    return { message: this.message, ...errors, documentation_url: 'https://docs.github.com/rest', status: String(this.status) };
  }
}

export const SECONDARY_RATE_LIMIT = {
  documentation_url: 'https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
  message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
} as const;

const MESSAGES: Readonly<Record<number, string>> = {
  401: 'Bad credentials',
  403: 'Resource not accessible by integration',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  422: 'Validation Failed',
  429: SECONDARY_RATE_LIMIT.message,
  502: 'Server Error',
  503: 'Service Unavailable',
};

export function failureBody(status: number): object {
  return new Refusal(status, MESSAGES[status] ?? 'Server Error').body;
}

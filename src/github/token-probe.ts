import type { Api } from './api.ts';
import { ApiFailure } from './api-failure.ts';

/** What a job's token may do; `unknown` where GitHub did not say. */
export type TokenProbe =
  | { readonly kind: 'reads' }
  | { readonly kind: 'writes'; readonly what: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Asks GitHub whether a token may write contents, statuses or comments, by requests that can change nothing: a reference and a status of the
 * commit 000…0, an empty comment. Rights are looked at before what is sent, so 403 says that it may not, and any other refusal that it may.
 * Nothing but a plain no to each is a no.
 */
export async function probeToken(api: Pick<Api, 'tryWrites'>, number: number): Promise<TokenProbe> {
  for (const { what, attempt } of api.tryWrites(number)) {
    const failure = await attempt().then(
      () => null,
      (error: unknown) => error,
    );
    if (failure === null) return { kind: 'writes', what };
    if (!(failure instanceof ApiFailure)) throw failure;
    if (failure.kind === 'forbidden') continue;
    return failure.kind === 'unavailable' ? { kind: 'unknown', reason: failure.message } : { kind: 'writes', what };
  }
  return { kind: 'reads' };
}

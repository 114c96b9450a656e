/** The full SHA of a commit: SHA-1, or SHA-256 in a repository of that format. */
export const FULL_SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** A SHA-256 digest. */
export const SHA256 = /^[0-9a-f]{64}$/;

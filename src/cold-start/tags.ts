import { createHash } from 'node:crypto';
import { UsageError } from '../core/failures.ts';
import { quoted } from '../core/text.ts';

export type Tags = Readonly<Record<string, string>>;

/** Which function of which run a scratch function is. */
export interface Identity {
  /** What every name begins with, so that a policy can be held to it: `coldgate-`. */
  readonly prefix: string;
  readonly key: string;
  readonly run: string;
  readonly function: string;
  readonly arch: string;
  readonly side: 'base' | 'head';
}

export const OWN_TAG = 'coldgate';
export const OWN_VALUE = 'scratch';
const RUN_TAG = 'coldgate:run';
const COMMIT_TAG = 'coldgate:commit';
const FUNCTION_TAG = 'coldgate:function';
const EXPIRES_TAG = 'coldgate:expires';

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const LONGEST_NAME = 64;

/** A UsageError for what could not begin a function's name, or would leave no room for the rest; `where` gave it. */
export function checkPrefix(prefix: string, where: string): void {
  if (/^[A-Za-z0-9_-]{1,20}$/.test(prefix)) return;
  throw new UsageError(`${where} ${quoted(prefix)}: a function's name begins with 1 to 20 of A-Z, a-z, 0-9, - and _`);
}

/**
 * `coldgate-<key>-<run>-<side>-<hash>`, at most 64 characters: key and run are shortened, the hash over all that was asked for keeps two
 * functions apart. The same identity has the same name, so that a create whose answer was lost can be found again.
 */
export function scratchName(identity: Identity): string {
  const { prefix, key, run, side } = identity;
  const hash = createHash('sha256')
    .update(JSON.stringify([key, run, identity.function, identity.arch]))
    .digest('hex')
    .slice(0, 12);
  const end = `-${side}-${hash}`;
  const shortRun = plain(run).slice(-16);
  const room = LONGEST_NAME - prefix.length - end.length - shortRun.length - 1;
  return `${prefix}${plain(key).slice(0, Math.max(1, room))}-${shortRun}${end}`.slice(0, LONGEST_NAME);
}

export function scratchTags(identity: Identity, commit: string, expires: Date): Tags {
  return {
    [OWN_TAG]: OWN_VALUE,
    [RUN_TAG]: tagValue(identity.run),
    [COMMIT_TAG]: tagValue(commit),
    [FUNCTION_TAG]: tagValue(identity.function),
    [EXPIRES_TAG]: expires.toISOString(),
  };
}

/** Only the tag says that a function is coldgate's: anybody may name theirs like one. */
export function isOwn(tags: Tags): boolean {
  return tags[OWN_TAG] === OWN_VALUE;
}

export function isOfRun(tags: Tags, run: string): boolean {
  return isOwn(tags) && tags[RUN_TAG] === tagValue(run);
}

/** `unknown`: no time that can be read, so that nobody can say whether it is still in use. */
export function expiryOf(tags: Tags): Date | 'unknown' {
  const date = new Date(tags[EXPIRES_TAG] ?? '');
  return Number.isNaN(date.getTime()) ? 'unknown' : date;
}

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'x';
}

/** What AWS takes in a tag's value: letters, digits, spaces and `_.:/=+-@`, at most 256 characters. */
function tagValue(text: string): string {
  return text.replace(/[^A-Za-z0-9 _.:/=+@-]/g, '_').slice(0, 256);
}

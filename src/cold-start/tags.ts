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
  /** In MB: each size has functions of its own. */
  readonly memory: number;
  /** Each look has two functions of its own. */
  readonly deployment: number;
  /** Functions hold base's and head's code in turn; a layer is that of one side. */
  readonly slot: 'a' | 'b' | 'base' | 'head';
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
 * `coldgate-<key>-<run>-<slot>-<hash>`, at most 64 characters: key and run are shortened, the hash over all that was asked for keeps two
 * functions apart. The same identity has the same name, so that a create whose answer was lost can be found again.
 */
export function scratchName(identity: Identity): string {
  const { prefix, key, run, slot, memory, deployment } = identity;
  const hash = createHash('sha256')
    .update(JSON.stringify([key, run, identity.function, identity.arch, memory, deployment]))
    .digest('hex')
    .slice(0, 12);
  const end = `-${slot}-${hash}`;
  const shortRun = plain(run).slice(-16);
  const room = LONGEST_NAME - prefix.length - end.length - shortRun.length - 1;
  return `${prefix}${plain(key).slice(0, Math.max(1, room))}-${shortRun}${end}`.slice(0, LONGEST_NAME);
}

export function scratchTags(identity: Identity, commit: string, expires: Date): Tags {
  return {
    [OWN_TAG]: OWN_VALUE,
    [RUN_TAG]: runValue(identity.run),
    [COMMIT_TAG]: tagValue(commit),
    [FUNCTION_TAG]: tagValue(identity.function),
    [EXPIRES_TAG]: expires.toISOString(),
  };
}

/** AWS takes 50 tags, five are coldgate's. */
const MOST_TAGS = 45;

/** A UsageError for tags that AWS would not take, and for those that say what is coldgate's own; `where` gave them. */
export function checkTags(tags: readonly (readonly [name: string, value: string])[], where: string): void {
  for (const [place, [name, value]] of tags.entries()) {
    const wrong = (what: string): UsageError => new UsageError(`${where} ${quoted(`${name}=${value}`)}: ${what}`);
    if (/^(aws|coldgate)(:|$)/i.test(name)) throw wrong(`tags that begin with ${name.split(':')[0] ?? ''} are not yours to give`);
    if (name.length > 128 || value.length > 256 || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(name + value))
      throw wrong('a name of at most 128 and a value of at most 256 letters, digits, spaces and _ . : / = + - @');
    if (tags.findIndex(([other]) => other === name) !== place) throw wrong('the tag is there twice');
  }
  if (tags.length > MOST_TAGS)
    throw new UsageError(`${where}: ${tags.length} tags; AWS takes 50, and ${50 - MOST_TAGS} are coldgate's own`);
}

/** Only the tag says that a function is coldgate's: anybody may name theirs like one. */
export function isOwn(tags: Tags): boolean {
  return tags[OWN_TAG] === OWN_VALUE;
}

export function isOfRun(tags: Tags, run: string): boolean {
  return isOwn(tags) && tags[RUN_TAG] === runValue(run);
}

/** What stands in the place of tags, which a layer's versions cannot carry. */
export function layerDescription(run: string, expires: Date): string {
  return `made by coldgate for run ${runValue(run)}, which deletes it; expires ${expires.toISOString()}`;
}

/** The tags that a version with this description would have; none where coldgate did not write it. */
export function layerTags(description: string): Tags {
  const [, run, expires] = /^made by coldgate for run ([^,;]+), which deletes it; expires (\S+)$/.exec(description) ?? [];
  return run === undefined || expires === undefined ? {} : { [OWN_TAG]: OWN_VALUE, [RUN_TAG]: run, [EXPIRES_TAG]: expires };
}

/** `unknown`: no time that can be read, so that nobody can say whether it is still in use. */
export function expiryOf(tags: Tags): Date | 'unknown' {
  const date = new Date(tags[EXPIRES_TAG] ?? '');
  return Number.isNaN(date.getTime()) ? 'unknown' : date;
}

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'x';
}

/** As long as a layer's description has room for. */
function runValue(run: string): string {
  return tagValue(run).slice(0, 120);
}

/** What AWS takes in a tag's value: letters, digits, spaces and `_.:/=+-@`, at most 256 characters. */
function tagValue(text: string): string {
  return text.replace(/[^A-Za-z0-9 _.:/=+@-]/g, '_').slice(0, 256);
}

import { Cancelled, messageOf } from '../core/failures.ts';
import type { Lambda } from './lambda.ts';
import type { Tags } from './tags.ts';
import { checkPrefix, expiryOf, isOfRun, isOwn } from './tags.ts';

/** What was found under the prefix, each with why it was kept or what stood in the way. */
export interface Swept {
  readonly deleted: readonly string[];
  readonly kept: readonly { readonly name: string; readonly reason: string }[];
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Deletes the scratch functions whose expiry has passed: what runs that were killed have left. Never one without coldgate's own tag,
 * whatever its name. A function that cannot be read or deleted is an entry of `failed`; a list that cannot be had is a ToolError.
 */
export function sweepExpired(lambda: Lambda, prefix: string, now: number): Promise<Swept> {
  return remove(lambda, prefix, (tags) => {
    const expires = expiryOf(tags);
    if (expires === 'unknown') return 'it does not say when it expires';
    return expires.getTime() <= now ? null : `in use until ${expires.toISOString()}`;
  });
}

/** Deletes what one run has left, expired or not: for the step that runs after a cancelled one. */
export function sweepRun(lambda: Lambda, prefix: string, run: string): Promise<Swept> {
  return remove(lambda, prefix, (tags) => (isOfRun(tags, run) ? null : 'of another run'));
}

async function remove(lambda: Lambda, prefix: string, keep: (tags: Tags) => string | null): Promise<Swept> {
  checkPrefix(prefix, 'the prefix');
  const deleted: string[] = [];
  const kept: { readonly name: string; readonly reason: string }[] = [];
  const failed: { readonly name: string; readonly reason: string }[] = [];
  for (const { name, arn } of await lambda.list(prefix)) {
    try {
      const tags = await lambda.tags(arn);
      // Another run's sweep was faster.
      if (tags === null) continue;
      const reason = isOwn(tags) ? keep(tags) : 'it does not carry the tag of coldgate';
      if (reason !== null) {
        kept.push({ name, reason });
        continue;
      }
      await lambda.delete(name);
      deleted.push(name);
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      failed.push({ name, reason: messageOf(error) });
    }
  }
  return { deleted, kept, failed };
}

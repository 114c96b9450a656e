import { Cancelled, messageOf, ToolError } from '../core/failures.ts';
import { failureKind } from './aws-failure.ts';
import type { Lambda } from './lambda.ts';
import type { Tags } from './tags.ts';
import { checkPrefix, expiryOf, isOfRun, isOwn, layerTags } from './tags.ts';

/** What was found under the prefix, each with why it was kept or what stood in the way. */
export interface Swept {
  readonly deleted: readonly string[];
  readonly kept: readonly { readonly name: string; readonly reason: string }[];
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /** Why layers were not looked for, which extensions that are sampled need; `null`: they were. */
  readonly withoutLayers: string | null;
}

/**
 * Deletes the scratch functions and layers whose expiry has passed: what runs that were killed have left. Never a function without coldgate's
 * own tag, whatever its name, nor a layer's version that coldgate did not describe. A function that cannot be read or deleted is an entry of `failed`; a list that cannot be had is a ToolError.
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
  const each = async (name: string, find: () => Promise<Tags | null>, not: string, end: () => Promise<unknown>): Promise<void> => {
    try {
      const tags = await find();
      // Another run's sweep was faster.
      if (tags === null) return;
      const reason = isOwn(tags) ? keep(tags) : not;
      if (reason !== null) {
        kept.push({ name, reason });
        return;
      }
      await end();
      deleted.push(name);
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      failed.push({ name, reason: messageOf(error) });
    }
  };
  for (const { name, arn } of await lambda.list(prefix)) {
    const not = 'it does not carry the tag of coldgate';
    await each(
      name,
      () => lambda.tags(arn),
      not,
      () => lambda.delete(name),
    );
  }
  const layers = await layersOf(lambda, prefix);
  failed.push(...layers.failed);
  for (const { name, version, description } of layers.found) {
    const not = 'its description is not of coldgate';
    const end = (): Promise<void> => lambda.layers.delete(name, version);
    await each(`layer ${name}:${version}`, async () => layerTags(description), not, end);
  }
  return { deleted, kept, failed, withoutLayers: layers.missing };
}

interface Found {
  readonly found: readonly { readonly name: string; readonly version: number; readonly description: string }[];
  readonly missing: string | null;
  readonly failed: Swept['failed'];
}

/** Whoever samples no extension needs no right to look for layers, and leaves none. What else goes wrong hides nothing of what was done by then. */
async function layersOf(lambda: Lambda, prefix: string): Promise<Found> {
  const none = (what: string, error: unknown): Found => {
    if (!(error instanceof ToolError)) throw error;
    if (failureKind(error.cause) === 'denied') return { found: [], missing: error.message, failed: [] };
    return { found: [], missing: null, failed: [{ name: what, reason: error.message }] };
  };
  const versionsOf = async (name: string): Promise<Found> => {
    const versions = await lambda.layers.versions(name);
    return { found: versions.map((one) => ({ name, ...one })), missing: null, failed: [] };
  };
  let names: readonly string[];
  try {
    names = await lambda.layers.list(prefix);
  } catch (error) {
    return none('layers', error);
  }
  const all = await Promise.all(names.map((name) => versionsOf(name).catch((error: unknown) => none(`layer ${name}`, error))));
  return {
    found: all.flatMap(({ found }) => found),
    missing: all.find(({ missing }) => missing !== null)?.missing ?? null,
    failed: all.flatMap(({ failed }) => failed),
  };
}

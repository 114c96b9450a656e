import { createHash } from 'node:crypto';
import { withoutUser } from '../core/redact.ts';
import { type Invocation, SNAPSHOT_SCHEMA, type Snapshot } from '../core/snapshot/snapshot.ts';
import type { Distribution } from '../tools/distribution.ts';
import { PINS, type Platform, platformOf } from '../tools/pins.ts';

// Under what each thing is kept that outlives a run. A key says all that decides whether it may be used again.

/**
 * A stored snapshot answers for a commit only if it was built the same way: tools, profile, features, environment, paths, schema; and, where
 * `prepare` brought files, from the same content.
 */
export function storeKey(sha: string, invocation: Invocation, prepared: string | null): string {
  return `${sha}-${digest([SNAPSHOT_SCHEMA, invocation, prepared], 16)}`;
}

/** A stored snapshot's name in the Actions cache, where a key is written once: `variant` tells what the build read beside the commit. */
export function snapshotCacheKey(key: string, variant: string): string {
  return `coldgate-snapshot-${key}-${variant}`;
}

/** What `snapshotCacheKey` takes for a snapshot. */
export function inputsVariant({ inputs }: Snapshot): string {
  return digest(inputs, 12);
}

/** The target folder: one for each way to build in each repository; the commit is added when it is kept. */
export function targetKey(repository: string, prefix: string, buildArguments: readonly string[]): string {
  return `coldgate-target-${digest([repository, prefix, ...buildArguments], 24)}`;
}

/** The tools of these pins, on this platform. */
export function toolsKey(platform: Platform = platformOf()): string {
  return `coldgate-tools-${platform}-${digest(PINS, 24)}`;
}

/** valgrind and strace of a distribution, in these versions; `null`: what such a key begins with, whatever the versions. */
export function tracersKey(
  machine: Distribution,
  packages: Readonly<Record<string, string>> | null,
  platform: Platform = platformOf(),
): string {
  const [id, version] = [machine.id, machine.version].map((text) => text.replaceAll(/[^\w.]/g, '_'));
  return `coldgate-tracers-${platform}-${id}-${version}-${packages === null ? '' : digest(packages, 16)}`;
}

/** What a snapshot keeps of a setting that may hold a secret. User and password of an address decide nothing of a build, and are easily guessed: they are no part of it. */
export function settingDigest(value: string): string {
  return `sha256:${digest(withoutUser(value), 16)}`;
}

function digest(value: unknown, length: number): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, length);
}

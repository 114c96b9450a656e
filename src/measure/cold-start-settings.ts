import type { Copied } from '../cold-start/like.ts';
import type { ColdStartOptions, FunctionSettings } from '../cold-start/options.ts';
import type { Host } from '../host.ts';

/** What a function is sampled with, or why it cannot be. */
export type Own = Extract<Copied, { readonly kind: 'lost' }> | { readonly kind: 'settings'; readonly settings: FunctionSettings };

/**
 * The settings of each function: its own, else what somebody gave, else those of the deployed function that it is like, else the defaults.
 * Variables are joined. Names that no function has are said.
 */
export async function ownSettings(
  options: ColdStartOptions,
  names: readonly string[],
  host: Pick<Host, 'signal' | 'progress' | 'nameOf'>,
): Promise<ReadonlyMap<string, Own>> {
  const { like, explicit, perFunction } = options;
  for (const [flag, wanted] of [
    ['cold-start-settings', [...perFunction.keys()]],
    ['cold-start-like', [...(like?.deployed.keys() ?? [])].flatMap((name) => name ?? [])],
  ] as const) {
    const unknown = wanted.filter((name) => !names.includes(name));
    if (unknown.length > 0) host.progress.step(`${host.nameOf(flag)}: no function that is sampled has the name ${unknown.join(', ')}`);
  }
  const copied = like === null ? new Map<string, Copied>() : await copies(like, names, host);
  return new Map(
    names.map((name): readonly [string, Own] => {
      const theirs = copied.get(name);
      if (theirs?.kind === 'lost') return [name, theirs];
      const given = theirs?.settings ?? {};
      const { memories, timeout, layers, storage } = { ...options, ...given, ...explicit, ...perFunction.get(name) };
      const environment = { ...given.environment, ...options.environment };
      return [name, { kind: 'settings', settings: { memories, timeout, layers, storage, environment } }];
    }),
  );
}

async function copies(
  ...[like, names, host]: Parameters<typeof import('../cold-start/like.ts').settingsLike>
): Promise<ReadonlyMap<string, Copied>> {
  const { settingsLike } = await import('../cold-start/like.ts');
  return settingsLike(like, names, host);
}

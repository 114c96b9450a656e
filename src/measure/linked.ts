import type { Artifact } from '../cargo/artifacts.ts';
import type { BuiltFunction } from '../cargo/build.ts';
import { type CargoMetadata, readMetadata } from '../cargo/metadata.ts';
import { featureArguments, manifestArguments } from '../cargo/request.ts';
import { builtFor, shippingBy, unaskedFeatures } from '../cargo/shipped.ts';
import { ToolError } from '../core/failures.ts';
import type { Shipping } from '../core/snapshot/shipped.ts';
import type { Lockfile } from '../core/snapshot/snapshot.ts';
import type { MeasureContext } from './context.ts';

interface Place {
  /** Where cargo runs. */
  readonly folder: string;
  /** As cargo answered before the build, for `platform`. */
  readonly metadata: CargoMetadata;
  readonly platform: string;
  readonly lockfile: Lockfile;
}

/**
 * What is linked into each function that was built. Where cargo lambda's own configuration switched on features or another target, cargo is asked
 * again as it was built.
 */
export async function linkedInto(
  context: MeasureContext,
  functions: readonly BuiltFunction[],
  place: Place,
): Promise<(one: BuiltFunction) => Shipping> {
  const byCall = new Map<readonly Artifact[], (wanted: BuiltFunction['target']) => Shipping>();
  for (const { artifacts, target } of functions) {
    if (byCall.has(artifacts)) continue;
    const platform = builtFor(artifacts, target) ?? place.platform;
    const metadata = await metadataAsBuilt(context, artifacts, { ...place, asked: place.platform, platform });
    byCall.set(artifacts, metadata === null ? () => NOT_ASKED : shippingBy(metadata, place.lockfile, artifacts, platform));
  }
  return ({ artifacts, target }) => byCall.get(artifacts)?.(target) ?? NOT_ASKED;
}

const NOT_ASKED: Shipping = { kind: 'unknown', reason: 'cargo metadata does not answer for what cargo lambda built' };

async function metadataAsBuilt(
  { request, env, guard }: MeasureContext,
  artifacts: readonly Artifact[],
  { folder, metadata, platform, asked }: Place & { readonly asked: string },
): Promise<CargoMetadata | null> {
  const more = unaskedFeatures(metadata, artifacts);
  if (more.length === 0 && platform === asked) return metadata;
  const { build } = request;
  const features = [...manifestArguments(build), ...featureArguments({ ...build, features: [...build.features, ...more] })];
  return readMetadata(folder, { platform, features, env, guard }).catch((error: unknown) => {
    if (error instanceof ToolError) return null;
    throw error;
  });
}

import type { LayerVersionContentInput } from '@aws-sdk/client-lambda';
import { messageOf, ToolError } from '../core/failures.ts';
import type { Arch } from '../core/snapshot/snapshot.ts';
import { isRefusal } from './aws-failure.ts';
import type { Lambda } from './lambda.ts';
import { type Identity, isOfRun, layerDescription, layerTags, scratchName } from './tags.ts';

/** Deleting goes on after the run was cancelled: this long. */
const DELETE_LIMIT = 60_000;
const DELETIONS = 4;
/** How far reads may lag behind writes, in milliseconds. */
const LAG = 1_000;

/** An extension's package as a layer that functions can be given; disposing deletes every version that this run made of it. */
export interface ScratchLayer extends AsyncDisposable {
  readonly arn: string;
}

export interface LayerPlan {
  readonly identity: Identity;
  readonly content: LayerVersionContentInput;
  readonly arch: Arch;
  readonly expires: Date;
  /** Told what could not be deleted. */
  readonly onRemains: (name: string, reason: string) => void;
}

/** Publishes it. A ToolError where that fails; what AWS may have made of it by then is deleted first. */
export async function publishLayer(lambda: Lambda, { identity, content, arch, expires, onRemains }: LayerPlan): Promise<ScratchLayer> {
  const name = scratchName(identity);
  /** `isRefused`: most likely nothing was made, and whoever may not publish may not look either. */
  const remove = async (isRefused: boolean): Promise<void> => {
    const signal = AbortSignal.timeout(DELETE_LIMIT);
    try {
      if (!(await removeAll(lambda.withSignal(signal), name, identity.run)))
        onRemains(`layer ${name}`, 'it is still there after it was deleted');
    } catch (error) {
      if (isRefused && error instanceof ToolError && isRefusal(error.cause)) return;
      onRemains(`layer ${name}`, signal.aborted ? `not within ${DELETE_LIMIT / 1_000} s` : messageOf(error));
    }
  };
  try {
    const arn = await lambda.layers.publish(
      {
        LayerName: name,
        Description: layerDescription(identity.run, expires),
        Content: content,
        CompatibleRuntimes: ['provided.al2023'],
        CompatibleArchitectures: [arch],
      },
      lambda.uploadLimit(content.ZipFile),
    );
    return { arn, [Symbol.asyncDispose]: () => remove(false) };
  } catch (error) {
    // One whose answer was lost may have been made before the next was refused.
    await remove(error instanceof ToolError && isRefusal(error.cause));
    throw error;
  }
}

/** Whether no version of this run is left. A deletion may be answered and not carried out, and reads lag behind writes. */
export async function removeAll(lambda: Lambda, name: string, run: string): Promise<boolean> {
  for (let attempt = 1; attempt <= DELETIONS; attempt += 1) {
    const ours = (await lambda.layers.versions(name)).filter(({ description }) => isOfRun(layerTags(description), run));
    if (ours.length === 0) return true;
    for (const { version } of ours) await lambda.layers.delete(name, version);
    if (attempt > 1) await lambda.pause(LAG);
  }
  return (await lambda.layers.versions(name)).every(({ description }) => !isOfRun(layerTags(description), run));
}

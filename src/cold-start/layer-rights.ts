import { ToolError } from '../core/failures.ts';
import type { Lambda } from './lambda.ts';
import { removeAll } from './scratch-layer.ts';
import { layerDescription } from './tags.ts';
import { outcomeOf, type Tried } from './tried.ts';

const PATIENCE = 30_000;
const ONLY_EXTENSIONS = 'only extensions that are sampled need it';

export interface LayerTrial {
  /** The layer's name. */
  readonly name: string;
  readonly zip: Uint8Array;
  readonly expires: Date;
  /** A function that may be given the layer; `null`: none could be made. */
  readonly on: string | null;
  /** `arn:aws:lambda:REGION:ACCOUNT` */
  readonly account: string;
  /** Told what could not be deleted. */
  readonly onRemains: (name: string) => void;
}

/**
 * Tries the rights on layers, with one that is made for it and deleted again. What is missing is `optional`: whoever samples no extension needs
 * none of them. The description is a sweep's to read, should this be killed.
 */
export async function tryLayerRights(
  lambda: Lambda,
  { name, zip, expires, on, account, onRemains }: LayerTrial,
): Promise<readonly Tried[]> {
  const resource = `${account}:layer:${name}`;
  const tried: Tried[] = [];
  const note = async (action: string, what: string, run: () => Promise<unknown>): Promise<void> => {
    const [one] = await outcomeOf({ action, resource: what }, run);
    if (one !== undefined) tried.push(one.state === 'allowed' ? one : { ...one, action, state: 'optional', said: ONLY_EXTENSIONS });
  };
  let arn: string | null = null;
  const given = (): string | null => arn;
  try {
    await note('lambda:PublishLayerVersion', resource, async () => {
      const input = { LayerName: name, Description: layerDescription(name, expires), Content: { ZipFile: zip } };
      arn = await lambda.layers.publish(input, PATIENCE);
    });
    const layer = given();
    // Lambda asks for it of whoever gives a function a layer.
    await note('lambda:GetLayerVersion', `${resource}:*`, async () => {
      if (on === null || layer === null) throw new ToolError('it needs a function and a layer');
      await lambda.configure({ FunctionName: on, Layers: [layer] });
    });
    await note('lambda:ListLayers', '*', () => lambda.layers.list(name));
    await note('lambda:ListLayerVersions', '*', () => lambda.layers.versions(name));
  } finally {
    const cleaning = lambda.withSignal(AbortSignal.timeout(PATIENCE));
    const layer = given();
    const version = Number(layer === null ? 1 : /:(\d+)$/.exec(layer)?.[1]);
    await note('lambda:DeleteLayerVersion', `${resource}:*`, () => cleaning.layers.delete(name, version));
    // Of a version whose answer was lost nothing is known but its description.
    const isGone = await removeAll(cleaning, name, name).catch(() => null);
    const isDeleted = tried.at(-1)?.state === 'allowed';
    if (isGone === false || (isGone === null && layer !== null && !isDeleted)) onRemains(`layer ${name}`);
  }
  return tried;
}

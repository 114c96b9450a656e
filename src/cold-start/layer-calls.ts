import {
  DeleteLayerVersionCommand,
  type LambdaClient,
  ListLayersCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  type PublishLayerVersionCommandInput,
} from '@aws-sdk/client-lambda';
import { ToolError } from '../core/failures.ts';
import type { AwsCall } from './aws-failure.ts';
import type { How, SendOptions } from './retry.ts';

type Ask = <T>(call: AwsCall, send: (client: LambdaClient, options: SendOptions) => Promise<T>, how?: How) => Promise<T | null>;

export interface LayerVersion {
  readonly version: number;
  readonly description: string;
}

/** Lambda's calls on layers, which carry no tags: whose one is stands in the description of its versions. */
export class LayerCalls {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** The new version's ARN. A lost answer is asked for again, which may leave one version more: whoever deletes looks for all of them. */
  async publish(input: PublishLayerVersionCommandInput & { readonly LayerName: string }, limit: number): Promise<string> {
    const call: AwsCall = { action: 'lambda:PublishLayerVersion', resource: input.LayerName };
    const made = await this.#ask(call, (client, options) => client.send(new PublishLayerVersionCommand(input), options), { limit });
    const arn = made?.LayerVersionArn;
    if (arn === undefined) throw new ToolError(`lambda:PublishLayerVersion on ${input.LayerName} was answered without an ARN`);
    return arn;
  }

  /** The names of all layers of the account and region that begin so: Lambda cannot filter. */
  async list(prefix: string): Promise<readonly string[]> {
    const found: string[] = [];
    let marker: string | undefined;
    do {
      const from = marker === undefined ? {} : { Marker: marker };
      const page = await this.#ask({ action: 'lambda:ListLayers', resource: '*' }, (client, options) =>
        client.send(new ListLayersCommand(from), options),
      );
      found.push(...(page?.Layers ?? []).flatMap(({ LayerName = '' }) => (LayerName.startsWith(prefix) ? [LayerName] : [])));
      marker = page?.NextMarker === '' ? undefined : page?.NextMarker;
    } while (marker !== undefined);
    return found;
  }

  /** None where there is no such layer. */
  async versions(name: string): Promise<readonly LayerVersion[]> {
    const found: LayerVersion[] = [];
    let marker: string | undefined;
    do {
      const input = { LayerName: name, ...(marker === undefined ? {} : { Marker: marker }) };
      const send = (client: LambdaClient, options: SendOptions) => client.send(new ListLayerVersionsCommand(input), options);
      const page = await this.#ask({ action: 'lambda:ListLayerVersions', resource: name }, send, { expected: ['not-found'] });
      for (const { Version: version, Description: description = '' } of page?.LayerVersions ?? [])
        if (version !== undefined) found.push({ version, description });
      marker = page?.NextMarker === '' ? undefined : page?.NextMarker;
    } while (marker !== undefined);
    return found;
  }

  /** Functions that hold it keep a copy. One that is not there is deleted as well. */
  async delete(name: string, version: number): Promise<void> {
    const call: AwsCall = { action: 'lambda:DeleteLayerVersion', resource: `${name}:${version}` };
    const command = (): DeleteLayerVersionCommand => new DeleteLayerVersionCommand({ LayerName: name, VersionNumber: version });
    await this.#ask(call, (client, options) => client.send(command(), options), { expected: ['not-found'] });
  }
}

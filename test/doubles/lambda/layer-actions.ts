import { Buffer } from 'node:buffer';
import type { Answer, Call } from './actions.ts';
import { parseLayer } from './bodies.ts';
import { arnOf, type LayerVersion } from './layers.ts';
import { AwsError } from './wire.ts';

const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html and its neighbours. */
export const LAYER_ANSWERS = {
  PublishLayerVersion: ({ account, incoming, functionName: name }) => {
    account.checkLength(incoming.bytes.length, 'PublishLayerVersion');
    if (!/^[a-zA-Z0-9-_]{1,140}$/.test(name)) throw new AwsError('ValidationException', `1 validation error detected: layerName ${name}`);
    const body = parseLayer(incoming.bytes);
    const { Description: description = '', CompatibleRuntimes: runtimes = [], CompatibleArchitectures: architectures = [] } = body;
    const code = account.code(body.Content);
    const published = account.layers.publish({ name, description, code, created: account.clock.now(), runtimes, architectures });
    const content = { CodeSha256: code.sha256, CodeSize: code.size, Location: 'https://awslambda-us-east-1-layers.s3.amazonaws.com/x' };
    return { status: 201, json: { LayerArn: arnOf(name), ...render(published), Content: content } };
  },
  ListLayers: (call) => {
    const { account } = call;
    const { page, marker } = pageOf(account.layers.names(), call);
    const layers = page.flatMap((name) => {
      const latest = account.layers.versions(name).at(-1);
      return latest === undefined ? [] : [{ LayerName: name, LayerArn: arnOf(name), LatestMatchingVersion: render(latest) }];
    });
    return { status: 200, json: { Layers: layers, ...marker } };
  },
  ListLayerVersions: (call) => {
    const { account, functionName: name } = call;
    const versions = account.layers.versions(name).toReversed();
    if (versions.length === 0) throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.');
    const { page, marker } = pageOf(
      versions.map(({ version }) => String(1_000_000 - version)),
      call,
    );
    const shown = versions.filter(({ version }) => page.includes(String(1_000_000 - version)));
    return { status: 200, json: { LayerVersions: shown.map(render), ...marker } };
  },
  DeleteLayerVersion: ({ account, incoming, functionName: name, fault }) => {
    const version = Number(/\/versions\/(\d+)$/.exec(incoming.path)?.[1]);
    if (fault?.kind !== 'lost-delete') account.layers.delete(name, version);
    return { status: 204 };
  },
} as const satisfies Record<string, Answer>;

function pageOf(
  keys: readonly string[],
  { account, incoming }: Call,
): { readonly page: readonly string[]; readonly marker: { readonly NextMarker?: string } } {
  const limit = Math.min(Number(incoming.query.get('MaxItems') ?? PAGE_SIZE), account.options.pageSize ?? PAGE_SIZE);
  if (!Number.isInteger(limit) || limit < 1) throw new AwsError('ValidationException', 'MaxItems must be 1 to 50');
  const after = Buffer.from(incoming.query.get('Marker') ?? '', 'base64').toString();
  const left = keys.filter((key) => key > after);
  const last = left.length > limit ? left[limit - 1] : undefined;
  return { page: left.slice(0, limit), marker: last === undefined ? {} : { NextMarker: Buffer.from(last).toString('base64') } };
}

function render({ arn, version, description, created, runtimes, architectures }: LayerVersion): Readonly<Record<string, unknown>> {
  return {
    LayerVersionArn: arn,
    Version: version,
    Description: description,
    CreatedDate: created.toISOString().replace('Z', '+0000'),
    ...(runtimes.length === 0 ? {} : { CompatibleRuntimes: runtimes }),
    ...(architectures.length === 0 ? {} : { CompatibleArchitectures: architectures }),
  };
}

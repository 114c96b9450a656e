import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { ToolError } from '../core/failures.ts';
import { systemClock } from './clock.ts';
import { Lambda } from './lambda.ts';
import type { AwsOptions, FunctionSettings, Like } from './options.ts';
import type { ColdStartHost } from './run.ts';

/** What is copied for one function, or why nothing could be. */
export type Copied =
  | { readonly kind: 'copied'; readonly settings: Partial<FunctionSettings> }
  | { readonly kind: 'lost'; readonly reason: string };

/** Stands for a value that is nobody's business; as short as can be, for all variables have 4 KB together. */
const MADE_UP = 'x';

/**
 * The settings of the deployed functions that these are to be like: memory, timeout, layers, temporary storage and the names of environment
 * variables. Values only of the variables that are listed; never a network, a role or a secret. Each deployed function is asked for once,
 * with `lambda:GetFunctionConfiguration`. What differs and is not copied is said.
 */
export async function settingsLike(
  like: Like,
  names: readonly string[],
  host: ColdStartHost,
  aws: AwsOptions = {},
): Promise<ReadonlyMap<string, Copied>> {
  using lambda = new Lambda({ ...aws, signal: host.signal, clock: systemClock, rng: Math.random });
  const asked = new Map<string, Promise<Copied>>();
  const copied = new Map<string, Copied>();
  for (const name of names) {
    const deployed = like.deployed.get(name) ?? like.deployed.get(null);
    if (deployed === undefined) continue;
    const answer = asked.get(deployed) ?? copyOf(lambda, deployed, like.values, host);
    asked.set(deployed, answer);
    copied.set(name, await answer);
  }
  return copied;
}

async function copyOf(lambda: Lambda, deployed: string, values: readonly string[], { progress }: ColdStartHost): Promise<Copied> {
  try {
    const found = await lambda.configuration(deployed);
    if (found === null) return { kind: 'lost', reason: `there is no function ${deployed} in this account and region to be like` };
    for (const text of notCopied(found)) progress.step(`${deployed} ${text}`);
    return { kind: 'copied', settings: settingsIn(found, values) };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { kind: 'lost', reason: error.message };
  }
}

function settingsIn(found: FunctionConfiguration, values: readonly string[]): Partial<FunctionSettings> {
  const { MemorySize, Timeout, Layers = [], EphemeralStorage, Environment } = found;
  const variables = Object.entries(Environment?.Variables ?? {});
  return {
    ...(MemorySize === undefined ? {} : { memories: [MemorySize] }),
    ...(Timeout === undefined ? {} : { timeout: Timeout }),
    ...(EphemeralStorage?.Size === undefined ? {} : { storage: EphemeralStorage.Size }),
    layers: Layers.flatMap(({ Arn }) => (Arn === undefined ? [] : [Arn])),
    environment: Object.fromEntries(
      variables.flatMap(([name, value]) => {
        if (values.includes(name)) return [[name, value]];
        // A wrapper that is none keeps a function from starting, and Lambda's own names are not for us to set.
        return name.startsWith('AWS_') ? [] : [[name, MADE_UP]];
      }),
    ),
  };
}

/** What makes the deployed function another one than its scratch functions. */
function notCopied({
  VpcConfig,
  FileSystemConfigs = [],
  PackageType,
  Environment,
  Architectures = [],
}: FunctionConfiguration): readonly string[] {
  const error = Environment?.Error?.Message;
  return [
    ...(VpcConfig?.VpcId === undefined || VpcConfig.VpcId === '' ? [] : ['is in a VPC: its scratch functions are in none']),
    ...(FileSystemConfigs.length === 0 ? [] : ['has a file system: its scratch functions have none']),
    ...(PackageType === 'Image' ? ['is a container image: its scratch functions are packages'] : []),
    ...(error === undefined ? [] : [`does not tell its environment (${error}): its scratch functions have none of it`]),
    ...(Architectures.length === 0
      ? []
      : [`runs on ${Architectures.join()}: each side is sampled on the architecture that it was built for`]),
  ];
}

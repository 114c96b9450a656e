import {
  type Architecture,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';

/** The real client, without its own retries: a test sees each answer. */
export function clientOf(address: string): LambdaClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new LambdaClient({ endpoint: address, region: 'us-east-1', credentials, maxAttempts: 1 });
}

/** Of the machine that the tests run on. */
export const ARCHITECTURE: Architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

export function creation(name: string, zip: Uint8Array, more: Partial<CreateFunctionCommandInput> = {}): CreateFunctionCommand {
  return new CreateFunctionCommand({
    FunctionName: name,
    Runtime: 'provided.al2023',
    Role: 'arn:aws:iam::123456789012:role/scratch',
    Handler: 'bootstrap',
    Architectures: [ARCHITECTURE],
    Code: { ZipFile: zip },
    ...more,
  });
}

export interface Told {
  readonly payload: string;
  readonly functionError: string | null;
  /** The decoded tail, or null where none was asked for. */
  readonly log: string | null;
}

export async function tell(client: LambdaClient, name: string, event = '{}'): Promise<Told> {
  const answer = await client.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from(event), LogType: 'Tail' }));
  return {
    payload: answer.Payload?.transformToString() ?? '',
    functionError: answer.FunctionError ?? null,
    log: answer.LogResult === undefined ? null : Buffer.from(answer.LogResult, 'base64').toString(),
  };
}

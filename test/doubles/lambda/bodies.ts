import { z } from 'zod';
import { invalid } from './refusals.ts';
import { AwsError } from './wire.ts';

const ROLE = /^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;
const LAYER = /^arn:[a-zA-Z0-9-]+:lambda:[a-z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+$/;
const LOG_GROUP = /^[.\-_/#A-Za-z0-9]{1,512}$/;
const ENVIRONMENT_LIMIT = 4096;
const TAG_LIMIT = 50;
/** Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime. */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|AWS_LAMBDA_.+|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

const architectures = z.array(z.enum(['x86_64', 'arm64'])).length(1);
const level = z.enum(['DEBUG', 'INFO', 'WARN']);
const logging = z.strictObject({
  LogFormat: z.enum(['Text', 'JSON']).optional(),
  LogGroup: z.string().regex(LOG_GROUP).optional(),
  ApplicationLogLevel: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']).optional(),
  SystemLogLevel: level.optional(),
});
const tags = z.record(z.string().min(1).max(128), z.string().max(256));

const settings = {
  Description: z.string().max(256).optional(),
  Environment: z.strictObject({ Variables: z.record(z.string().regex(/^[a-zA-Z]\w+$/), z.string()).optional() }).optional(),
  EphemeralStorage: z.strictObject({ Size: z.int().min(512).max(10_240) }).optional(),
  Handler: z.string().max(128).optional(),
  Layers: z.array(z.string().regex(LAYER)).max(5).optional(),
  LoggingConfig: logging.optional(),
  MemorySize: z.int().min(128).max(10_240).optional(),
  Role: z.string().regex(ROLE).optional(),
  Runtime: z.enum(['provided.al2023', 'provided.al2', 'python3.13', 'nodejs22.x']).optional(),
  Timeout: z.int().min(1).max(900).optional(),
  VpcConfig: z.strictObject({ SubnetIds: z.array(z.string()).max(16), SecurityGroupIds: z.array(z.string()).max(5) }).optional(),
};
const source = {
  ZipFile: z.base64().optional(),
  S3Bucket: z.string().optional(),
  S3Key: z.string().optional(),
};

const create = z.strictObject({
  ...settings,
  FunctionName: z.string().regex(/^[a-zA-Z0-9-_]{1,64}$/),
  Role: z.string().regex(ROLE),
  Architectures: architectures.optional(),
  Code: z.strictObject(source),
  PackageType: z.literal('Zip').optional(),
  Publish: z.boolean().optional(),
  Tags: tags.optional(),
});
const updateCode = z.strictObject({ ...source, Architectures: architectures.optional(), DryRun: z.boolean().optional() });
const updateConfiguration = z.strictObject(settings);
const publishLayer = z.strictObject({
  Description: z.string().max(256).optional(),
  Content: z.strictObject(source),
  CompatibleRuntimes: z.array(z.string()).max(15).optional(),
  CompatibleArchitectures: z
    .array(z.enum(['x86_64', 'arm64']))
    .max(2)
    .optional(),
  LicenseInfo: z.string().max(512).optional(),
});
const tagResource = z.strictObject({ Tags: tags });

export type CreateBody = z.infer<typeof create>;
export type CodeBody = z.infer<typeof updateCode>;
export type SettingsBody = z.infer<typeof updateConfiguration>;

export const parseCreate = (bytes: Buffer): CreateBody => checked(parse(create, bytes));
export const parseCode = (bytes: Buffer): CodeBody => parse(updateCode, bytes);
export const parseSettings = (bytes: Buffer): SettingsBody => checked(parse(updateConfiguration, bytes));
export const parseLayer = (bytes: Buffer): z.infer<typeof publishLayer> => parse(publishLayer, bytes);
export const parseTags = (bytes: Buffer): Readonly<Record<string, string>> => checkTags(parse(tagResource, bytes).Tags);

/** Throws ValidationException for what the model forbids, and for a field that this double does not know. */
function parse<T>(schema: z.ZodType<T>, bytes: Buffer): T {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new AwsError(
    'ValidationException',
    `${result.error.issues.length} validation error detected: Value at '${path}' failed to satisfy constraint: ${issue?.message ?? ''}`,
  );
}

/** The rules that AWS checks behind the model. */
function checked<T extends SettingsBody & { readonly Tags?: Readonly<Record<string, string>> | undefined }>(body: T): T {
  const variables = body.Environment?.Variables ?? {};
  const reserved = Object.keys(variables).filter((name) => RESERVED.test(name));
  if (reserved.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(variables)) > ENVIRONMENT_LIMIT) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    );
  }
  const { LogFormat: format, ApplicationLogLevel: application, SystemLogLevel: system } = body.LoggingConfig ?? {};
  if (format !== 'JSON' && (application !== undefined || system !== undefined)) {
    throw invalid(
      'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again.',
    );
  }
  checkTags(body.Tags ?? {});
  return body;
}

function checkTags(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const bad = Object.entries(given).find(
    (entry) => entry[0].startsWith('aws:') || !entry.every((text) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text)),
  );
  if (bad !== undefined) throw invalid(`The tag ${bad[0]} has characters that are not allowed, or begins with aws:`);
  if (Object.keys(given).length > TAG_LIMIT) throw invalid(`Number of tags exceeds limit of ${TAG_LIMIT}`);
  return given;
}

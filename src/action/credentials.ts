import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../exec/run.ts';

/** Variables by which the AWS SDKs find credentials: keys, a role by OIDC, a container's, a profile's; and the right to ask GitHub for a token (`id-token: write`). */
const VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
];

/** What makes a profile more than a region and an output format. */
const CREDENTIAL =
  /^\s*(aws_access_key_id|credential_process|credential_source|role_arn|source_profile|sso_\w+|web_identity_token_file|login_session)\s*=/m;

/**
 * What holds AWS credentials in this job, by the name of the variable or the file; empty where there is none. The order in which SDKs look:
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html. An instance's own role (IMDS) shows nowhere and is not among them.
 */
export async function credentialsOf(env: Environment, home: string): Promise<readonly string[]> {
  const variables = VARIABLES.filter((name) => (env[name] ?? '') !== '');
  const files = [
    named(env.AWS_SHARED_CREDENTIALS_FILE) ?? join(home, '.aws', 'credentials'),
    named(env.AWS_CONFIG_FILE) ?? join(home, '.aws', 'config'),
  ];
  const holding = await Promise.all(files.map(async (file) => CREDENTIAL.test(await readFile(file, 'utf8').catch(() => ''))));
  return [...variables, ...files.filter((_, index) => holding[index])];
}

function named(path: string | undefined): string | null {
  return path === undefined || path === '' ? null : path;
}

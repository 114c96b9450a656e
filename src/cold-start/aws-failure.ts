import { messageOf, ToolError } from '../core/failures.ts';

/** One request as an error message and an IAM policy name it. */
export interface AwsCall {
  /** `lambda:CreateFunction` */
  readonly action: string;
  /** The function's name or ARN, or `*`. */
  readonly resource: string;
}

/**
 * `again`: nothing happened, or nothing that matters (throttled, a role that Lambda cannot assume yet). `lost`: the request may have been
 * carried out (5xx, a cut connection). `conflict`: another change is under way, or the name is taken.
 */
export type AwsFailureKind = 'again' | 'lost' | 'conflict' | 'not-found' | 'denied' | 'credentials' | 'region' | 'unknown-host' | 'refused';

const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);
const CANNOT_ASSUME = /role defined for the function cannot be assumed/i;
const THROTTLED = new Set(['TooManyRequestsException', 'ThrottlingException', 'RequestLimitExceeded', 'Throttling']);
const CUT = new Set(['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);

/** What an error of the SDK means for whoever asked. Anything that is not known is `refused`: it is not tried again. */
export function failureKind(error: unknown): AwsFailureKind {
  const name = stringOf(error, 'name');
  const message = messageOf(error);
  // Comes as InvalidParameterValueException from the control plane and as AccessDeniedException from an invocation.
  if (CANNOT_ASSUME.test(message)) return 'again';
  if (CREDENTIALS.has(name)) return 'credentials';
  if (/^Region is missing/.test(message)) return 'region';
  const status = statusOf(error);
  if (isThrottled(error)) return 'again';
  if (/^AccessDenied(Exception)?$/.test(name)) return 'denied';
  if (name === 'ResourceConflictException') return 'conflict';
  if (name === 'ResourceNotFoundException') return 'not-found';
  const isCut = CUT.has(stringOf(error, 'code')) || name === 'TimeoutError' || name === 'AbortError';
  if (stringOf(error, 'code') === 'ENOTFOUND') return 'unknown-host';
  if (name === 'ServiceException' || status >= 500 || isCut) return 'lost';
  return status === 403 ? 'denied' : 'refused';
}

/** More was asked than an account may ask in a second. */
export function isThrottled(error: unknown): boolean {
  return THROTTLED.has(stringOf(error, 'name')) || statusOf(error) === 429;
}

/** AWS said no: nothing was carried out, and asking again does not help. */
export function isRefusal(error: unknown): boolean {
  return ['denied', 'credentials', 'region', 'unknown-host', 'refused'].includes(failureKind(error));
}

/** The failure as a person can act on it: what was asked, of what, and what to allow, to set or to try. */
export function awsFailure(error: unknown, call: AwsCall): ToolError {
  return new ToolError(sentence(error, call), { cause: error });
}

function sentence(error: unknown, call: AwsCall): string {
  const said = messageOf(error).split('\n')[0]?.slice(0, 1_000) ?? '';
  const kind = failureKind(error);
  switch (kind) {
    case 'denied':
      return deniedSentence(said, call);
    case 'credentials':
      return (
        `AWS does not take the credentials, or there are none, or they have expired (${said}): in a workflow, run ` +
        'aws-actions/configure-aws-credentials with role-to-assume and aws-region before this step and give the job `id-token: write`; ' +
        'where a run outlives its session, raise role-duration-seconds; on a laptop, sign in and set AWS_PROFILE'
      );
    case 'region':
      return 'no AWS region is set: give aws-region to aws-actions/configure-aws-credentials, or set AWS_REGION';
    case 'again':
      return CANNOT_ASSUME.test(said) ? roleSentence(said, call) : stayedSentence(error, said, call);
    case 'lost':
    case 'conflict':
      return stayedSentence(error, said, call);
    case 'not-found':
      return `${call.action}: ${call.resource} is not there (${said}): was it deleted while it was being sampled?`;
    case 'unknown-host':
      return `AWS could not be reached for ${call.action} (${said}): is the region one that there is, and does this machine have a network?`;
    case 'refused':
      if (stringOf(error, 'name') === 'CodeStorageExceededException')
        return `the account's storage for code in this region is full, so that ${call.action} on ${call.resource} was refused (${said}): delete functions, or versions of them, that are not needed, or ask AWS for more`;
      return `AWS refused ${call.action} on ${call.resource} (${stringOf(error, 'name')}: ${said})`;
  }
}

/** It was tried for longer than a new role takes to be known everywhere. */
function roleSentence(said: string, { action }: AwsCall): string {
  return `Lambda cannot assume the execution role that --cold-start-role (input cold-start-role) names (${action}: ${said}): its trust policy has to allow sts:AssumeRole to lambda.amazonaws.com; a role made a moment ago takes a minute`;
}

function stayedSentence(error: unknown, said: string, { action, resource }: AwsCall): string {
  return `AWS did not carry out ${action} on ${resource}, however often it was asked (${stringOf(error, 'name')}: ${said}): run again later`;
}

/** The right that was missing by AWS's own sentence, which need not be that of the call (iam:PassRole). */
export function deniedRight(error: unknown, call: AwsCall): AwsCall {
  const said = messageOf(error);
  const action = /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(said)?.[1] ?? call.action;
  return { action, resource: /on resource: (\S+)/.exec(said)?.[1] ?? call.resource };
}

function deniedSentence(said: string, call: AwsCall): string {
  const { action, resource } = deniedRight(said, call);
  return `AWS does not allow ${action} on ${resource}: allow that action on that resource in the policy of the role that coldgate runs as (${said})`;
}

function stringOf(error: unknown, name: 'name' | 'code'): string {
  const value = memberOf(error, name);
  return typeof value === 'string' ? value : '';
}

function statusOf(error: unknown): number {
  const status = memberOf(memberOf(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : 0;
}

/** Errors keep their fields partly on the prototype, so that no copy of their entries will do. */
function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

import { LambdaServiceException } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { type AwsFailureKind, awsFailure, failureKind } from '../../src/cold-start/aws-failure.ts';

const CALL = { action: 'lambda:CreateFunction', resource: 'coldgate-x' };

function aws(name: string, status: number, message = 'said AWS'): Error {
  return new LambdaServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode: status } });
}

function coded(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

describe('what an error means', () => {
  it.each<readonly [Error, AwsFailureKind]>([
    [aws('InvalidParameterValueException', 400, 'The role defined for the function cannot be assumed by Lambda.'), 'again'],
    [aws('AccessDeniedException', 403, 'The role defined for the function cannot be assumed by Lambda.'), 'again'],
    [aws('InvalidParameterValueException', 400), 'refused'],
    [aws('TooManyRequestsException', 429), 'again'],
    [aws('ThrottlingException', 400), 'again'],
    [aws('ResourceConflictException', 409), 'conflict'],
    [aws('ResourceNotFoundException', 404), 'not-found'],
    [aws('ServiceException', 500), 'lost'],
    [aws('SyntaxError', 503), 'lost'],
    [aws('AccessDeniedException', 403), 'denied'],
    [aws('Whatever', 403), 'denied'],
    [aws('ExpiredTokenException', 403), 'credentials'],
    [aws('UnrecognizedClientException', 403), 'credentials'],
    [Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' }), 'credentials'],
    [new Error('Region is missing'), 'region'],
    [coded('ECONNRESET'), 'lost'],
    [coded('ECONNREFUSED'), 'lost'],
    [coded('ENOTFOUND'), 'unknown-host'],
    [coded('ENOENT'), 'refused'],
    [new TypeError('a mistake of our own'), 'refused'],
  ])('%s', (error, kind) => {
    expect(failureKind(error)).toBe(kind);
  });
});

describe('the sentence', () => {
  it('names the action and the resource that AWS names', () => {
    const said =
      'User: arn:aws:sts::123456789012:assumed-role/ci/x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/r because no identity-based policy allows the iam:PassRole action';
    const error = awsFailure(aws('AccessDeniedException', 403, said), CALL);
    expect(error.message).toMatch(/^AWS does not allow iam:PassRole on arn:aws:iam::123456789012:role\/r: allow that action/);
    expect(error.cause).toBeInstanceOf(LambdaServiceException);
  });

  it('names the call where AWS names nothing', () => {
    expect(awsFailure(aws('AccessDeniedException', 403, 'no'), CALL).message).toMatch(/lambda:CreateFunction on coldgate-x/);
  });

  it('says how credentials and a region are had', () => {
    expect(awsFailure(aws('ExpiredTokenException', 403), CALL).message).toMatch(
      /configure-aws-credentials with role-to-assume.*id-token: write/,
    );
    expect(awsFailure(new Error('Region is missing'), CALL).message).toMatch(/aws-region.*AWS_REGION/);
  });

  it('says what a role, a region or a full account needs', () => {
    const role = aws('InvalidParameterValueException', 400, 'The role defined for the function cannot be assumed by Lambda.');
    expect(awsFailure(role, CALL).message).toMatch(/--cold-start-role.*trust policy.*lambda\.amazonaws\.com/);
    expect(awsFailure(role, CALL).message).not.toContain('run again later');
    expect(awsFailure(coded('ENOTFOUND'), CALL).message).toMatch(/^AWS could not be reached .*region.*network/);
    expect(awsFailure(aws('CodeStorageExceededException', 400), CALL).message).toMatch(/storage for code.*delete functions/);
  });

  it.each(['ServiceException', 'ResourceConflictException', 'ResourceNotFoundException', 'InvalidParameterValueException'])(
    '%s',
    (name) => {
      const status = name === 'ServiceException' ? 500 : 400;
      expect(awsFailure(aws(name, status), CALL).message).toMatch(/lambda:CreateFunction.*coldgate-x.*said AWS/);
    },
  );
});

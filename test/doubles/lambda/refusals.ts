import { AwsError } from './wire.ts';

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:';
const USER = 'arn:aws:sts::123456789012:assumed-role/coldgate/run';

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

export function notFound(name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${ARN}${name}`);
}

export function stateConflict(state: string): AwsError {
  return conflict(`The function is currently in the following state: ${state}`);
}

export function updateConflict(name: string): AwsError {
  return conflict(`An update is in progress for resource: ${ARN}${name}`);
}

export function throttled(reason: string, retryAfter: number): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate exceeded', { reason, headers: { 'retry-after': String(retryAfter) } });
}

/** `action` is IAM's: `lambda:InvokeFunction`, `iam:PassRole`. */
export function denied(action: string, resource: string): AwsError {
  const why = `because no identity-based policy allows the ${action} action`;
  return new AwsError('AccessDeniedException', `User: ${USER} is not authorized to perform: ${action} on resource: ${resource} ${why}`);
}

export function roleNotAssumable(): AwsError {
  return invalid('The role defined for the function cannot be assumed by Lambda.');
}

function conflict(why: string): AwsError {
  return new AwsError('ResourceConflictException', `The operation cannot be performed at this time. ${why}`);
}

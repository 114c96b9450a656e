import { ALB, API_GATEWAY_V1, API_GATEWAY_V2 } from './http-events.ts';
import { DYNAMODB_STREAMS, EVENTBRIDGE, S3, SNS, SQS } from './service-events.ts';

/** Events that are ready by name, as the services send them. `aws_lambda_events` and `lambda_http` take each of them. */
const READY: Readonly<Record<string, unknown>> = {
  'api-gateway-v1': API_GATEWAY_V1,
  'api-gateway-v2': API_GATEWAY_V2,
  alb: ALB,
  sqs: SQS,
  sns: SNS,
  eventbridge: EVENTBRIDGE,
  s3: S3,
  'dynamodb-streams': DYNAMODB_STREAMS,
};

export const READY_NAMES: readonly string[] = Object.keys(READY);

/** The event of this name as JSON; `null`: there is none. */
export function readyEvent(name: string): string | null {
  return Object.hasOwn(READY, name) ? JSON.stringify(READY[name]) : null;
}

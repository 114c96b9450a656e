import * as z from 'zod';
import { readShape } from '../../core/shape.ts';

/** What a gateway makes of a response: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html. */
export interface HttpAnswer {
  readonly status: number;
  /** The beginning of what a client would read; `null`: nothing. */
  readonly body: string | null;
}

/** Between the head of a streamed response and its body: https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html. */
const DIVIDER = '\0'.repeat(8);
/** The head of a streamed response is headers; a body may have 200 MB. */
const HEAD_LIMIT = 1024 * 1024;
/** A response that is handed over whole has no more. */
const WHOLE_LIMIT = 7 * 1024 * 1024;
const BODY_LIMIT = 4_096;

const shape = z.object({
  statusCode: z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]\d\d$/)]),
  body: z.string().nullish().catch(null),
  isBase64Encoded: z.boolean().nullish().catch(null),
});

/**
 * The status and the body that a response of API Gateway's or a load balancer's shape stands for, whole or streamed; `null`: it is of another shape, and
 * means what it says.
 */
export function httpAnswer(text: string): HttpAnswer | null {
  const divider = text.slice(0, HEAD_LIMIT).indexOf(DIVIDER);
  const streamed = divider >= 0;
  if (!streamed && text.length > WHOLE_LIMIT) return null;
  const read = readShape(shape, streamed ? text.slice(0, divider) : text);
  if (read === null) return null;
  const body = streamed ? text.slice(divider + DIVIDER.length) : (read.body ?? '');
  const decoded = read.isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body;
  const words = decoded.slice(0, BODY_LIMIT).trim();
  return { status: Number(read.statusCode), body: words === '' ? null : words };
}

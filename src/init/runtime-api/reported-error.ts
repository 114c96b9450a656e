import * as z from 'zod';
import { readShape } from '../../core/shape.ts';

/** A function's own words go into a report: no longer than this. */
const TEXT_LIMIT = 2_000;

/**
 * A text field of the JSON object that a runtime or extension reports an error with (`{"errorType": …, "errorMessage": …}`), cut to 2,000
 * characters. `null` where the body is no such object: the report is optional, and functions write what they like.
 */
export function textField(body: string, field: 'errorType' | 'errorMessage'): string | null {
  return readShape(z.object({ [field]: z.string() }), body)?.[field]?.slice(0, TEXT_LIMIT) ?? null;
}

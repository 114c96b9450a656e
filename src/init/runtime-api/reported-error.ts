/** A function's own words go into a report: no longer than this. */
const TEXT_LIMIT = 2_000;

/**
 * A text field of the JSON object that a runtime or extension reports an error with (`{"errorType": …, "errorMessage": …}`), cut to 2,000
 * characters. `null` where the body is no such object: the report is optional, and functions write what they like.
 */
export function textField(body: string, field: 'errorType' | 'errorMessage'): string | null {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return null;
    const found: unknown = Reflect.get(value, field);
    return typeof found === 'string' ? found.slice(0, TEXT_LIMIT) : null;
  } catch {
    return null;
  }
}

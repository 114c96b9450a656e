import { UsageError } from '../../core/failures.ts';
import { quoted } from '../../core/text.ts';
import type { FirstEvent } from '../response/answering.ts';

/** How a function that speaks HTTP itself is asked. */
export interface HttpProbe {
  readonly port: number;
  /** The path that is asked until it answers with less than 500, as Lambda's Web Adapter does. */
  readonly ready: string;
  /** The path of the first request once it is ready. */
  readonly request: string;
}

/** The name that such a probe has among events. */
export const HTTP_EVENT = 'http';

const WRITTEN = /^http\s+(\d{1,5})(?:\s+(\S+))?(?:\s+(\S+))?$/;
const PATH = /^\/[\x21-\x7e]{0,2000}$/;

/** Whether an event is written as a probe. */
export function isProbe(text: string): boolean {
  return /^http(?:\s|$)/.test(text);
}

/**
 * Reads `http PORT`, `http PORT READY` or `http PORT READY REQUEST` as an event. Without a path it is `/`; without a second one the first request
 * asks for the same. A UsageError names `where` and the text for anything else.
 */
export function httpEvent(text: string, where: string): FirstEvent {
  const [, digits, ready = '/', request = ready] = WRITTEN.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port < 1 || port > 65_535)
    throw new UsageError(
      `${where} ${quoted(text)}: write the port and the path that says that it is ready, such as http 8080 /healthz; a second path is the first request's`,
    );
  const wrong = [ready, request].find((path) => !PATH.test(path));
  if (wrong !== undefined) throw new UsageError(`${where} ${quoted(text)}: ${quoted(wrong)} is no path: it begins with /`);
  return { name: HTTP_EVENT, text: JSON.stringify({ port, ready, request } satisfies HttpProbe) };
}

/** The probe that an event is; `null`: it is one that the Runtime API hands over. A snapshot may hold anything: what cannot be read is none. */
export function probeOf(event: FirstEvent | null): HttpProbe | null {
  if (event === null || event.name !== HTTP_EVENT) return null;
  try {
    const { port, ready, request } = JSON.parse(event.text);
    return parseProbe(port, ready, request);
  } catch {
    return null;
  }
}

function parseProbe(port: unknown, ready: unknown, request: unknown): HttpProbe | null {
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) return null;
  if (typeof ready !== 'string' || typeof request !== 'string' || !PATH.test(ready) || !PATH.test(request)) return null;
  return { port, ready, request };
}

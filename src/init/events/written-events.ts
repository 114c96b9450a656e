import { lineOf } from '../../core/compare/declared-events.ts';
import { messageOf, UsageError } from '../../core/failures.ts';
import type { NamedFunction } from '../../core/function-names.ts';
import { meant, nearestOf, quoted, shown } from '../../core/text.ts';
import { httpEvent, isProbe } from '../http/probe.ts';
import type { FirstEvent } from '../response/answering.ts';
import { READY_NAMES, readyEvent } from './ready-events.ts';

/** As large as a function can be invoked with: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html. */
export const EVENT_LIMIT = 6 * 1024 * 1024;

/** An event as somebody wrote it: one that is ready, JSON, or the file that holds it. */
export interface WrittenEvent {
  /** Whom it is for; `null`: every function that has none of its own. */
  readonly function: string | null;
  readonly event: FirstEvent | { readonly file: string };
}

/** `orders=sqs`, `package/orders=sqs`; what is before the first `=` of JSON or of a file's path is no name. */
const FOR_FUNCTION = /^([\p{L}\p{N}_][\p{L}\p{N}_.+-]*(?:\/[\p{L}\p{N}_][\p{L}\p{N}_.+-]*)?)\s*=\s*(\S.*)$/su;
const BEGINS_JSON = /^[[{"]/;

/**
 * Reads what `init-event` says, a line for each: `EVENT` or `FUNCTION=EVENT`, where an event is the name of a ready one, JSON (which may go on
 * over several lines), or the path of a file. A UsageError names `where` for what is none of them, for two events of one function, and for more
 * than 6 MB.
 */
export function parseEvents(lines: readonly string[], where: string): readonly WrittenEvent[] {
  const events: WrittenEvent[] = [];
  for (const line of wholeLines(lines)) {
    const [, name = null, text = line] = BEGINS_JSON.test(line) ? [] : (FOR_FUNCTION.exec(line) ?? []);
    if (events.some((other) => other.function === name))
      throw new UsageError(`${where}: ${name === null ? 'every function' : quoted(name)} has two events; give one, or FUNCTION=EVENT`);
    events.push({ function: name, event: parseEvent(text, where) });
  }
  return events;
}

/** Lines, each with those that its JSON goes on over. */
function wholeLines(lines: readonly string[]): readonly string[] {
  const whole: string[] = [];
  let open: string | null = null;
  for (const line of lines) {
    if (open === null && line.trim() === '') continue;
    open = open === null ? line.trim() : `${open}\n${line}`;
    if (isOpen(open)) continue;
    whole.push(open);
    open = null;
  }
  return open === null ? whole : [...whole, open];
}

/** JSON that may go on: it begins as an object or a list and is not whole yet. */
function isOpen(text: string): boolean {
  const json = /^[[{]/.test(text) ? text : (FOR_FUNCTION.exec(text)?.[2] ?? '');
  return /^[[{]/.test(json) && mistakeIn(json) !== null;
}

function parseEvent(text: string, where: string): WrittenEvent['event'] {
  const ready = readyEvent(text);
  if (ready !== null) return { name: text, text: ready };
  if (isProbe(text)) return httpEvent(text, where);
  if (BEGINS_JSON.test(text)) return ownEvent(text, `${where} ${shown(text)}`);
  if (mistakeIn(text) === null) return ownEvent(text, where);
  return { file: text };
}

/** JSON that somebody wrote, as an event. A UsageError names `where`, and quotes what is wrong. */
export function ownEvent(text: string, where: string): FirstEvent {
  return jsonEvent(text, where, mistakeIn(text));
}

/**
 * The same of a file. A path may lead anywhere, through a link of a pull request's tree too, and a job's log is public: of what stands there nothing is
 * quoted.
 */
export function fileEvent(text: string, where: string): FirstEvent {
  const mistake = mistakeIn(text);
  const isQuoting = mistake !== null && !/^Unexpected end|^(?!Unexpected token).* at position \d+/.test(mistake);
  return jsonEvent(text, where, isQuoting ? 'a character that none has there' : mistake);
}

function jsonEvent(text: string, where: string, mistake: string | null): FirstEvent {
  const size = Buffer.byteLength(text);
  if (size > EVENT_LIMIT) throw new UsageError(`${where} has ${size} bytes, and Lambda takes events of ${EVENT_LIMIT} at most`);
  if (mistake !== null) throw new UsageError(`${where} is no JSON (${mistake}): ${ALLOWED}`);
  return { name: 'own', text };
}

function mistakeIn(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    // It quotes what it could not read, with its line breaks.
    return messageOf(error).replaceAll(/\s+/g, ' ');
  }
}

/** What is said of a file that is not there: it may be a name that was mistyped. */
export function notThere(file: string, path: string, where: string): UsageError {
  return new UsageError(`${where} ${quoted(file)}: there is no such file (${path})${meantReady(file)}; ${ALLOWED}`);
}

/** Of a name that several go on from all of them: `api-gateway`. */
function meantReady(word: string): string {
  const further = READY_NAMES.filter((name) => word.length > 2 && name.startsWith(word.toLowerCase()));
  if (further.length < 2) return meant(nearestOf(word, READY_NAMES));
  return `; did you mean ${further.map((name) => JSON.stringify(name)).join(' or ')}?`;
}

const ALLOWED = `an event is JSON, a file that holds it, http PORT READY REQUEST of a function that speaks HTTP itself, or one of ${READY_NAMES.join(', ')}`;

/** The event of a function: its own before the one for all; `null`: none. */
export function eventOf(fn: NamedFunction, events: readonly (WrittenEvent & { readonly event: FirstEvent })[]): FirstEvent | null {
  return lineOf(fn, events)?.event ?? null;
}

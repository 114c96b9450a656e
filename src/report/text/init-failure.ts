import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { InitBreach } from '../../core/model/init.ts';
import type { InitFailure } from '../../core/snapshot/init.ts';
import { renderMillis } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';

const WAITED_FOR = 3;
/** A report shows so many failed starts, each with so many lines of what it wrote: the last of them say why. */
export const FAILURES = 5;
export const WRITTEN = 10;

/** How a start ended that never asked for its first event, as the end of a sentence that begins with the function. */
export function failureText(failure: InitFailure, style: TextStyle): string {
  switch (failure.kind) {
    case 'exited':
      if (failure.signal !== null) return `it was ended by ${style.name(failure.signal)} before its first request`;
      return `it exited${failure.code === null ? '' : ` with code ${failure.code}`} before its first request`;
    case 'init-error': {
      const what = [
        ...(failure.errorType === null ? [] : [style.name(failure.errorType)]),
        ...(failure.message === null ? [] : [style.prose(failure.message)]),
      ];
      const by = failure.by === 'runtime' ? 'it' : `its extension ${style.name(failure.by)}`;
      return `${by} reported an init error${what.length === 0 ? '' : ` (${what.join(': ')})`} before its first request`;
    }
    case 'timed-out': {
      const others = failure.waitingFor.filter((name) => name !== 'runtime').map((name) => style.name(name));
      const waited = others.length === 0 ? '' : `; ${listed(others, WAITED_FOR)} had not asked either`;
      return `it did not come to its first request within ${renderMillis(failure.after)}${failure.seen === null ? '' : `: ${style.prose(failure.seen)}`}${waited}`;
    }
    case 'listens':
      return `it listens on ${portsText(failure.ports)} and asked for no event: it speaks HTTP itself`;
    case 'cannot-run':
      return `it cannot be started: ${style.prose(failure.problem)}`;
  }
}

function portsText(ports: readonly number[]): string {
  return `${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`;
}

/** `health no longer starts: it exited with code 101 before its first request, which base reaches; last line: "…"`. */
export function initBreachText({ function: name, failure, lastLines }: InitBreach, style: TextStyle): string {
  return `${style.name(name)} no longer starts: ${failureText(failure, style)}${baseText(failure)}${lastLineText(lastLines, style)}`;
}

function baseText({ kind }: InitFailure): string {
  return kind === 'exited' || kind === 'init-error' ? ', which base reaches' : '; base comes to its first request';
}

/** `; last line: "NotPresent"`; empty where nothing was written. */
export function lastLineText(lastLines: readonly string[], style: TextStyle): string {
  const line = tellingLine(lastLines);
  return line === null ? '' : `; last line: "${style.prose(line)}"`;
}

/** The line that says what went wrong: a panic's own message, else the last one. What Rust adds on backtraces tells nothing. */
export function tellingLine(lastLines: readonly string[]): string | null {
  const told = lastLines.map((line) => line.trim()).filter((line) => line !== '' && !/^(?:note: |stack backtrace:)/.test(line));
  const panic = told.findLastIndex((line) => /\bpanicked at .*:\d+:\d+:$/.test(line));
  return (panic < 0 ? undefined : told[panic + 1]) ?? told.at(-1) ?? null;
}

/** The last of what a start wrote, as it came; of a panic with one line to show, its message. */
export function writtenLines(lastLines: readonly string[], count: number): readonly string[] {
  const telling = tellingLine(lastLines);
  if (telling === null) return [];
  return count === 1 ? [telling] : lastLines.filter((line) => line.trim() !== '').slice(-count);
}

/** The text of `VarError` and of those who pass it on. */
const MISSING_VARIABLE =
  /environment variable not found|NotPresent|environment variable .*(?:not set|missing|required|must be set)|missing (?:env|environment)/i;

/** The variable that lines like these miss: `NAME` where they do not say which; `null` where they miss none. */
export function missingVariable(said: readonly string[]): string | null {
  if (!said.some((line) => MISSING_VARIABLE.test(line))) return null;
  return said.flatMap((line) => (/^note: /.test(line) ? [] : (/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/.exec(line) ?? [])))[0] ?? 'NAME';
}

/** How an option is written where the reader would set it: `init-env: NAME=value` in a workflow, `--init-env NAME=value` on a command line. */
export type Spelling = (option: string, value: string) => string;

export const asInput: Spelling = (option, value) => `${option}: ${value}`;

/** The option that may make a start succeed that failed. */
export function failureAdvice(
  { failure, lastLines }: Pick<InitBreach, 'failure' | 'lastLines'>,
  spelling: Spelling,
  style: TextStyle,
): string {
  const env = (variable: string): string => style.name(spelling('init-env', `${variable}=value`));
  const timeout = style.name(spelling('init-timeout', '30 s'));
  const said = [...lastLines, ...(failure.kind === 'init-error' && failure.message !== null ? [failure.message] : [])];
  const variable = missingVariable(said);
  if (variable !== null)
    return `It asks for an environment variable that is not set here; if it has one where it is deployed, give it with ${env(variable)}.`;
  switch (failure.kind) {
    case 'timed-out':
      if (failure.seen !== null) {
        const http = style.name(spelling('init-event', 'http PORT PATH'));
        return `If it listens on another port, or says on another path that it is ready, name those: ${http}; ${timeout} gives it more time.`;
      }
      return `If its init takes longer, give it more time with ${timeout}; if it waits for something that is not here, point it elsewhere with ${env('NAME')}.`;
    case 'listens': {
      const http = style.name(spelling('init-event', `http ${failure.ports[0] ?? 8080} /`));
      return `Behind Lambda's Web Adapter or another one that asks in its place it is measured with its port and the path that says that it is ready: ${http}.`;
    }
    case 'cannot-run':
      return 'The package itself does not start here: see the warnings and what the system said.';
    case 'exited':
    case 'init-error':
      return `If it needs something that is not here, ${env('NAME')} sets variables for the measured start and ${timeout} gives it more time.`;
  }
}

/** A start that failed, at either side, and what it left. */
export interface FunctionFailure {
  readonly fn: FunctionComparison;
  readonly failure: InitFailure;
  readonly lastLines: readonly string[];
}

/** The functions of these in such a state, in their order. */
export function functionFailures(functions: readonly FunctionComparison[], kind: 'broken' | 'not-measurable'): readonly FunctionFailure[] {
  return functions.flatMap((fn) => {
    const { state } = fn.init;
    return state.kind === kind ? [{ fn, failure: state.failure, lastLines: state.lastLines }] : [];
  });
}

/** How a report writes text that it did not write itself. Names, reasons and notes come from a pull request: they are data. */
export interface TextStyle {
  /** A name: a function, a crate, a symbol, a file. */
  readonly name: (text: string) => string;
  /** A sentence or part of one: a reason, a note, a bound. */
  readonly prose: (text: string) => string;
}

const MAX_NAME = 100;
const MAX_PROSE = 400;
const MAX_LOG_LINE = 4_000;

/** Control, format (bidirectional and zero-width), unassigned and otherwise invisible characters, line separators, lone surrogates. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * One line in which every character can be seen: newlines, control and bidirectional characters become `\n`, `\u{202e}`.
 * Never longer than `maximum` UTF-16 units; what is cut ends in `…`.
 */
export function visible(text: string, maximum = MAX_NAME): string {
  let shown = '';
  let fitting = '';
  for (const character of text) {
    shown += HIDDEN.test(character) ? (SHORT_ESCAPES[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`) : character;
    if (shown.length > maximum) return `${fitting}…`;
    if (shown.length < maximum) fitting = shown;
  }
  return shown;
}

/** Where a log, a terminal or .NET (the runner) may end a line. */
const LINE_ENDS = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;
/** What the runner trims before it looks for `::`: .NET's white space, and what `visible` would leave of others. */
const BEFORE_COMMAND = /^[\s\u0085\u180e\u200b-\u200d\u2060\ufeff]*::/;

/**
 * Text for a job's log, its lines kept: what it quotes (a commit's subject, a compiler, a function) can neither steer a terminal nor give the
 * runner a command. That looks for `::name` where a line begins and for `##[name` anywhere:
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function logText(text: string): string {
  return text
    .split(LINE_ENDS)
    .map((line) => visible(line.replace(BEFORE_COMMAND, ' : :').replaceAll('##[', '# #['), MAX_LOG_LINE))
    .join('\n');
}

/**
 * A Markdown code span, the only form in which GitHub leaves data alone: it makes no mention, issue or commit link, markup or HTML of it.
 * Mentions are looked for in the rendered text, so an entity for `@` would not do. In a table, pipes come as `\|`, which GFM takes back
 * inside code spans too; a backslash before a pipe would be read differently by different renderers and is written as `\u{5c}`.
 */
export function codeSpan(text: string, options: { readonly maximum?: number; readonly table?: boolean } = {}): string {
  const shown = visible(text, options.maximum);
  if (shown === '') return '(empty)';
  const content = options.table === true ? shown.replace(/\\(?=\|)/g, '\\u{5c}').replaceAll('|', '\\|') : shown;
  const fence = '`'.repeat(longestRun(content) + 1);
  const pad = /^`|`$|^ .* $/.test(content) ? ' ' : '';
  return `${fence}${pad}${content}${pad}${fence}`;
}

/** A fenced block; lines stay lines, everything else as in `visible`. */
export function codeBlock(text: string, language: string): string {
  const content = text
    .slice(0, 4_000)
    .split('\n')
    .map((line) => visible(line, 2_000))
    .join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(content) + 1));
  return `${fence}${language}\n${content}\n${fence}`;
}

/** Whether a text has characters that nobody sees or that steer a terminal: then it is none to be copied out of a screen. A tab is one that is seen. */
export function hasUnseen(text: string): boolean {
  return text.split('\n').some((line) => visible(line.replaceAll('\t', ''), line.length + 1) !== line.replaceAll('\t', ''));
}

/** A fenced block with exactly this text, for what is copied out of it. `null`: it has characters that nobody sees (`hasUnseen`). */
export function exactBlock(text: string, language: string): string | null {
  if (hasUnseen(text)) return null;
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A link whose address cannot leave its brackets. The text must be escaped already. */
export function link(text: string, url: string): string {
  const address = url.replace(/[^!-~]|[()<>[\]\\`|"]/gu, (character) =>
    Array.from(new TextEncoder().encode(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
  return `[${text}](${address})`;
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
}

/** Nothing in it means anything to GitHub: no markup, mention, reference (`#1`, `GH-1`), address, or word that could be a commit. */
const HARMLESS =
  /^(?!.*(?:\/\/|www\.|[a-z]-\d|\b[0-9a-f]{7,}\b))(?:[a-z0-9 ,.;()'"%+=?→−–…/-]|:(?= |$)|(?<= )&(?= )|(?<=[a-z0-9])_(?=[a-z0-9]))+$/i;

function markdownProse(text: string, table: boolean): string {
  return text.length <= MAX_PROSE && HARMLESS.test(text) ? text : codeSpan(text, { maximum: MAX_PROSE, table });
}

/** Blanks inside a figure, which no line may be broken at: `61.2 kB`, `+12 %`, and before the share that a change is. */
const IN_FIGURE = /(?<=\d) (?=(?:[kMGT]?i?B|[kMG]|ms|s|%|USD)(?![A-Za-z]))| (?=\([+−×±])|(?<=\d(?: [A-Za-z%]{1,3})?) (?=·)|(?<=·) (?=\d)/g;
const NO_BREAK = '\u00a0';

/** The same text with its figures in one piece. Not in a code span, whose text would be copied with them. */
export function unbroken(text: string): string {
  return text
    .split(/(`+[^`]+`+)/)
    .map((part, place) => (place % 2 === 0 ? part.replace(IN_FIGURE, NO_BREAK) : part))
    .join('');
}

/** The other way round, for a terminal after its lines are wrapped. */
export function breakable(text: string): string {
  return text.replaceAll(NO_BREAK, ' ');
}

/** For Markdown outside tables: names as code spans, sentences plain where nothing in them could mean anything. */
export const MARKDOWN: TextStyle = { name: (text) => codeSpan(text), prose: (text) => markdownProse(text, false) };

/** For the cells of a Markdown table. */
export const CELL: TextStyle = { name: (text) => codeSpan(text, { table: true }), prose: (text) => markdownProse(text, true) };

/** For terminals, logs and JSON: one visible line that the runner of a workflow does not take for a command (`::error`, `##[group]`). */
export const PLAIN: TextStyle = { name: (text) => plain(text, MAX_NAME), prose: (text) => plain(text, MAX_PROSE) };

function plain(text: string, maximum: number): string {
  return visible(text.replaceAll('##[', '#\\u{23}[').replace(/^\s*::/, '\\u{3a}:'), maximum);
}

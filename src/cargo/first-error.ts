/** The first error of a build's output, and how many there are. */
export interface FirstError {
  /** As it was printed, shortened in the middle where it is long. */
  readonly lines: readonly string[];
  /** The one line that says most. */
  readonly headline: string;
  readonly more: number;
}

const START = /^error(\[\w+\])?: /;
/** A diagnostic is over where the next begins, where rustc sums up, or where cargo goes on. */
const END =
  /^((error|warning)(\[\w+\])?: |(For more information about|Some errors have detailed)|\s+(Compiling|Checking|Building|Fresh|Dirty|Finished|Running|Downloaded) )/;
/** What only counts the errors before it. */
const SUMMARY = /^error: (could not compile|aborting due to|build failed)/;
/** Of a build script's output: what it told cargo, and where its panic came from. */
const NOISE =
  /^\s+cargo:|^note: To improve backtraces|^\s*(= )?note: (run with `RUST_BACKTRACE|Some details are omitted|some arguments are omitted)/;
/** The call of a linker, with every object file in it. */
const LINKER_CALL = /^\s*= note:\s+(env |LC_ALL=|"|\/).* "/;

const MOST_LINES = 40;
const FIRST_LINES = 12;
const LONGEST_LINE = 300;
const BEFORE = 10;

/**
 * Finds the first error block in what cargo printed on standard error, without colours: what rustc or a build script said, not cargo's sums
 * after it. `null` where there is none (a build that was ended by a signal).
 */
export function firstError(lines: readonly string[]): FirstError | null {
  const starts = [...lines.keys()].filter((index) => START.test(lines[index] ?? ''));
  const told = starts.filter((index) => !SUMMARY.test(lines[index] ?? ''));
  const start = told[0] ?? starts[0];
  if (start === undefined) return null;
  const length = lines.slice(start + 1).findIndex((line) => END.test(line));
  const whole = [...compilerWarnings(lines, start), ...lines.slice(start, length < 0 ? undefined : start + 1 + length)];
  const trace = whole.findIndex((line) => /^\s*stack backtrace:/.test(line));
  const kept = whole.slice(0, trace < 0 ? undefined : trace).filter((line) => !NOISE.test(line) && !LINKER_CALL.test(line));
  const block = kept.slice(0, kept.findLastIndex((line) => line.trim() !== '') + 1).map(shortened);
  return { lines: fitted(block), headline: headlineOf(block), more: Math.max(0, told.length - 1) };
}

/** What a C compiler said: cargo prints it as warnings of the package before it says that the build script failed. */
function compilerWarnings(lines: readonly string[], start: number): readonly string[] {
  const [, name, version] = /custom build command for `(\S+) v(\S+?)[ `]/.exec(lines[start] ?? '') ?? [];
  if (name === undefined) return [];
  return lines
    .slice(0, start)
    .filter((line) => line.startsWith(`warning: ${name}@${version}: `))
    .slice(-BEFORE);
}

/** Of a build script its panic, of a linker its own error, else the first line. */
function headlineOf(block: readonly string[]): string {
  const panic = block.findIndex((line) => /^\s*thread .* panicked at /.test(line));
  // Messages often begin with an empty line (`openssl-sys` does).
  const quoted = /panicked at '(.+)'/.exec(block[panic] ?? '')?.[1];
  const said = panic < 0 ? undefined : [quoted, ...block.slice(panic + 1)].find((line) => (line ?? '').trim() !== '');
  const first = block.find((line) => START.test(line)) ?? block[0] ?? '';
  const linker = /^error: linking with /.test(first)
    ? block.find((line) => /\b(ld|lld|error|collect2|undefined)\b.*: /.test(line) && line !== first)
    : undefined;
  return (said ?? linker?.replace(/^\s*= note:\s*/, '') ?? first).trim();
}

/** The end of a long line says as much as its start: `process didn't exit successfully: … (signal: 9, SIGKILL: kill)`. */
function shortened(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE / 2)} … ${line.slice(-LONGEST_LINE / 2)}`;
}

/** A build script's panic stands at the end, a compiler's message at the start. */
function fitted(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines;
  const last = MOST_LINES - FIRST_LINES - 1;
  return [...lines.slice(0, FIRST_LINES), `… ${lines.length - MOST_LINES + 1} lines …`, ...lines.slice(-last)];
}

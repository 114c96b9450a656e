import { breachesOf } from '../core/judge/judge.ts';
import { metricRow } from '../core/metrics.ts';
import type { Breach, Cause, FunctionComparison, Judgement, Outcome } from '../core/model.ts';
import { deltaOf } from '../core/pair.ts';
import type { Finding } from '../core/snapshot/snapshot.ts';
import { renderAmount, renderDelta } from '../core/units.ts';
import { type Place, placeOfChange, placeOfLimit, placeOfPackage, type SourceFiles } from './source-lines.ts';

export type Level = 'error' | 'warning' | 'notice';

/** A remark on a line of the repository; `line` is `null` where it is on the file as a whole. */
export interface Annotation {
  readonly level: Level;
  readonly file: string;
  readonly line: number | null;
  readonly title: string;
  readonly message: string;
}

/** What the caller knows how to say, and head's files. */
export interface AnnotationSources {
  /** The verdict in one sentence: what a single breach says. */
  readonly sentence: string;
  /** What is wrong with a package, and what to do. */
  readonly finding: (finding: Finding) => string;
  /** Data on one line in which every character can be seen. */
  readonly plain: (text: string) => string;
  readonly files: SourceFiles;
}

/** GitHub shows ten of each level for a step. */
const SHOWN = 10;
const CAUSES = 3;

/**
 * The verdict on the lines that a person would open: a function that no longer starts, here or on AWS, at its package, each breach, and each limit that only warns, at its line in `Cargo.toml` (where it is declared nowhere, at the dependency
 * that brought the most, else at the function's package), the dependencies that brought a breach, and what is wrong with a package.
 * Ten for each level at most; the last counts the rest.
 */
export function annotationsOf(outcome: Outcome, sources: AnnotationSources): readonly Annotation[] {
  const { comparison, verdict } = outcome;
  const over = new Set(breachesOf(verdict, 'limit').map((breach) => breach.function));
  const breached = comparison.functions.filter(({ name }) => over.has(name));
  const all = [
    ...verdict.breaches.map((breach, place) => breachAnnotation(breach, place === 0, outcome, sources)),
    ...verdict.warned.map((warned) => warnedAnnotation(warned, outcome, sources)),
    ...comparison.functions.flatMap((fn) => fn.findings.map((finding) => findingAnnotation(finding, fn, sources))),
    ...unique(breached.flatMap((fn) => grownBy(fn).flatMap((cause) => causeAnnotations(cause, fn, sources)))),
  ];
  const levels: readonly Level[] = ['error', 'warning', 'notice'];
  return levels.flatMap((level) =>
    capped(
      all.filter((annotation) => annotation.level === level),
      level,
    ),
  );
}

/** `first`: the sentence tells of it, where it is the only breach or no longer starts; the others are counted there. */
function breachAnnotation(breach: Breach, first: boolean, { comparison, verdict }: Outcome, sources: AnnotationSources): Annotation {
  const fn = comparison.functions.find(({ name }) => name === breach.function);
  const { title, place, text, told } = sayingOf(breach, fn, sources.files);
  const isTold = first && (told || verdict.breaches.length === 1);
  return {
    level: breachLevel(verdict),
    ...place,
    title: sources.plain(`coldgate: ${breach.function}${title}`),
    message: isTold ? sources.sentence : sources.plain(text),
  };
}

/** A limit that is exceeded and stops nobody. */
function warnedAnnotation(warned: Judgement, { comparison }: Outcome, { files, plain }: AnnotationSources): Annotation {
  const fn = comparison.functions.find(({ name }) => name === warned.function);
  const title = plain(`coldgate: ${warned.function}'s ${wordOf(warned.limit)} is over its limit`);
  return { level: 'warning', ...breachPlace(warned, fn, files), title, message: plain(breachText(warned)) };
}

interface Saying {
  /** Follows the function's name. */
  readonly title: string;
  readonly place: Place;
  readonly text: string;
  /** Whether the verdict's sentence tells of the first of this kind, however many breaches there are. */
  readonly told: boolean;
}

function sayingOf(breach: Breach, fn: FunctionComparison | undefined, files: SourceFiles): Saying {
  const place = placeOfPackage(files, fn?.crate ?? '');
  switch (breach.kind) {
    case 'limit':
      return {
        title: `'s ${wordOf(breach.limit)} is over its limit`,
        place: breachPlace(breach, fn, files),
        text: breachText(breach),
        told: false,
      };
    case 'init': {
      const text = `${breach.function} no longer starts: ${lastWords(breach)}`;
      return { title: ' no longer starts', place, text, told: true };
    }
    case 'cold-start': {
      const text = `${breach.function} no longer starts on AWS: ${lastWords(breach)}`;
      return { title: ' no longer starts on AWS', place, text, told: true };
    }
  }
}

/** Rust's last line is mostly a note on backtraces. */
function lastWords({ lastLines }: { readonly lastLines: readonly string[] }): string {
  return lastLines.findLast((line) => !/^\s*(?:$|note: )/.test(line)) ?? 'it wrote nothing';
}

function breachLevel({ status, gate }: Outcome['verdict']): Level {
  if (status === 'accepted') return 'notice';
  return gate === 'warn' ? 'warning' : 'error';
}

function breachPlace({ limit }: Judgement, fn: FunctionComparison | undefined, files: SourceFiles): Place {
  switch (limit.source.kind) {
    case 'package':
    case 'workspace':
      return placeOfLimit(files, limit.text, limit.source.file, limit.source.line);
    case 'input':
    case 'default': {
      const changes = fn === undefined ? [] : grownBy(fn).flatMap((cause) => cause.changes);
      const places = changes.flatMap((change) => placeOfChange(files, change) ?? []);
      return places[0] ?? placeOfPackage(files, fn?.crate ?? '');
    }
  }
}

/** The word by which reports call a metric; crates by their glob. */
function wordOf({ metric }: Judgement['limit']): string {
  return metricRow(metric)?.word ?? metric;
}

/** `health's package: 948 kB, 21.3 kB over; the limit is zip: +5% & +50 kB`. */
function breachText({ limit, figures, headroom, function: name }: Judgement): string {
  const over = headroom === null ? '' : `, ${renderAmount(-headroom, limit.dimension)} over`;
  return `${name}'s ${wordOf(limit)}: ${renderAmount(figures.head ?? 0, limit.dimension)}${over}; the limit is ${limit.text}`;
}

function findingAnnotation(finding: Finding, fn: FunctionComparison, { files, finding: say, plain }: AnnotationSources): Annotation {
  const message = plain(`${fn.name}: ${say(finding)}`);
  return { level: 'warning', ...placeOfPackage(files, fn.crate), title: plain(`coldgate: ${fn.name}'s package`), message };
}

/** The crates that grew most by a change of the lock file. */
function grownBy({ causes }: FunctionComparison): readonly Cause[] {
  return causes
    .filter((cause) => cause.changes.length > 0 && deltaOf(cause) > 0)
    .toSorted((a, b) => deltaOf(b) - deltaOf(a))
    .slice(0, CAUSES);
}

function causeAnnotations(cause: Cause, fn: FunctionComparison, { files, plain }: AnnotationSources): readonly Annotation[] {
  return cause.changes.flatMap((change) => {
    const place = placeOfChange(files, change);
    if (place === null) return [];
    const what = change.kind === 'changed' ? `${change.name} ${change.base} → ${change.head}` : `${change.name} ${change.version} added`;
    const title = plain(`coldgate: ${fn.name} became larger by ${cause.name}`);
    return [{ level: 'warning', ...place, title, message: plain(`${what}: ${renderDelta(deltaOf(cause), 'size')} of ${fn.name}'s code`) }];
  });
}

/** One for each line: forty functions can share a dependency. */
function unique(annotations: readonly Annotation[]): readonly Annotation[] {
  const first = new Map<string, Annotation>();
  for (const annotation of annotations) {
    const place = `${annotation.file}:${annotation.line}`;
    if (!first.has(place)) first.set(place, annotation);
  }
  return [...first.values()];
}

function capped(annotations: readonly Annotation[], level: Level): readonly Annotation[] {
  if (annotations.length <= SHOWN) return annotations;
  const left = annotations.length - SHOWN + 1;
  const message = `and ${left} more of this kind: the report has them all`;
  return [...annotations.slice(0, SHOWN - 1), { level, file: 'Cargo.toml', line: null, title: 'coldgate', message }];
}

import { type Parts, partsOf } from '../core/compare/parts.ts';
import type { Root } from '../core/did.ts';
import { breachesOf } from '../core/judge/judge.ts';
import { metricRow } from '../core/metrics.ts';
import type { FunctionComparison } from '../core/model/comparison.ts';
import type { Unanswered } from '../core/model/first-response.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { Breach, Judgement } from '../core/model/verdict.ts';
import { renderAmount, renderDelta } from '../core/units.ts';
import { type FindingSources, findingAnnotations } from './finding-annotations.ts';
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
export interface AnnotationSources extends FindingSources {
  /** How a first event went unanswered. */
  readonly unanswered: (why: Unanswered) => string;
  /** What a person did, and what came along. */
  /** `delta`: what the package grew by. */
  readonly root: (root: Root, fn: FunctionComparison, delta: number) => string;
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
    ...verdict.breaches.map((breach) => breachAnnotation(breach, outcome, sources)),
    ...verdict.warned.map((warned) => warnedAnnotation(warned, outcome, sources)),
    ...findingAnnotations(comparison, sources),
    ...unique(breached.flatMap((fn) => grownBy(fn).flatMap((brought) => rootAnnotation(brought, fn, sources)))),
  ];
  const levels: readonly Level[] = ['error', 'warning', 'notice'];
  return levels.flatMap((level) =>
    capped(
      all.filter((annotation) => annotation.level === level),
      level,
    ),
  );
}

/** In other words than the verdict's sentence, which the step itself ends with: nobody reads it twice. */
function breachAnnotation(breach: Breach, { comparison, verdict }: Outcome, sources: AnnotationSources): Annotation {
  const fn = comparison.functions.find(({ name }) => name === breach.function);
  const { title, place, text } = sayingOf(breach, fn, sources);
  return {
    level: breachLevel(verdict),
    ...place,
    title: sources.plain(`coldgate: ${breach.function}${title}`),
    message: sources.plain(text),
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
}

function sayingOf(breach: Breach, fn: FunctionComparison | undefined, { files, unanswered }: AnnotationSources): Saying {
  const place = placeOfPackage(files, fn?.crate ?? '');
  switch (breach.kind) {
    case 'limit':
      return {
        title: `'s ${wordOf(breach.limit)} is over its limit`,
        place: breachPlace(breach, fn, files),
        text: breachText(breach),
      };
    case 'init': {
      const text = `${breach.function} no longer starts: ${lastWords(breach)}`;
      return { title: ' no longer starts', place, text };
    }
    case 'first-response': {
      const text = `${breach.function} no longer answers its first request: ${lastWords(breach, unanswered(breach.why))}`;
      return { title: ' no longer answers its first request', place, text };
    }
    case 'cold-start': {
      const { counts } = breach;
      const what = counts === null ? 'no longer starts on AWS' : `fails ${counts.head.failed} of ${counts.head.attempted} starts on AWS`;
      return { title: ` ${what}`, place, text: `${breach.function} ${what}: ${lastWords(breach)}` };
    }
  }
}

/** Rust's last line is mostly a note on backtraces. */
function lastWords({ lastLines }: { readonly lastLines: readonly string[] }, otherwise = 'it wrote nothing'): string {
  return lastLines.findLast((line) => !/^\s*(?:$|note: )/.test(line)) ?? otherwise;
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
      const places = fn === undefined ? [] : grownBy(fn).flatMap(({ root }) => placeOfRoot(root, files) ?? []);
      return places[0] ?? placeOfPackage(files, fn?.crate ?? '');
    }
  }
}

/** The word by which reports call a metric; crates by their glob. */
function wordOf({ metric }: Judgement['limit']): string {
  return metricRow(metric)?.word ?? metric;
}

/** `health's package: 948 kB, 21.3 kB over; the limit is zip: +5% & +50 kB`. */
function breachText({ limit, figures, reference, headroom, function: name }: Judgement): string {
  const then = reference?.figure ?? null;
  const since = reference === null || then === null ? '' : ` (${renderAmount(then, limit.dimension)} at ${reference.name})`;
  const over = `${since}${headroom === null ? '' : `, ${renderAmount(-headroom, limit.dimension)} over`}`;
  return `${name}'s ${wordOf(limit)}: ${renderAmount(figures.head ?? 0, limit.dimension)}${over}; the limit is ${limit.text}`;
}

/** What a person did that brought the most, told apart as far as it is known. */
function grownBy(fn: FunctionComparison): Parts['roots'] {
  const { roots = [] } = partsOf(fn, 'zip') ?? {};
  return roots
    .filter(({ root, delta }) => delta > 0 && root.did.kind !== 'own')
    .toSorted((a, b) => b.delta - a.delta)
    .slice(0, CAUSES);
}

/** The line of a manifest; of what the lock file alone says, its line there. */
function placeOfRoot({ did }: Root, files: SourceFiles): Place | null {
  switch (did.kind) {
    case 'own':
    case 'toolchain':
      return null;
    case 'added':
    case 'removed':
    case 'changed':
      return did.place ?? placeOfChange(files, did);
    case 'features':
    case 'profile':
      return did.place;
  }
}

function rootAnnotation(
  { root, delta }: Parts['roots'][number],
  fn: FunctionComparison,
  { files, plain, root: say }: AnnotationSources,
): readonly Annotation[] {
  const place = placeOfRoot(root, files);
  if (place === null) return [];
  const { did } = root;
  const by = 'name' in did ? did.name : 'its profile';
  const of = fn.notOwned === null ? 'package' : 'code';
  const message = plain(`${say(root, fn, delta)}: ${renderDelta(delta, 'size')} of ${fn.name}'s ${of}`);
  return [{ level: 'warning', ...place, title: plain(`coldgate: ${fn.name} became larger by ${by}`), message }];
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

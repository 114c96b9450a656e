import { type Parts, partsOf } from '../../core/compare/parts.ts';
import { matchesCrate } from '../../core/crates.ts';
import { globOf, isCrateMetric, type Metric } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import { compareRows, deltaOf } from '../../core/pair.ts';
import { OVERHEAD } from '../../core/rows.ts';
import { renderDelta } from '../../core/units.ts';
import { commonText, didText, rootText } from './did.ts';
import type { TextStyle } from './escape.ts';
import { enumerated } from './figures.ts';
import { NOTICEABLE } from './noticed.ts';
import { stayingCratesText } from './own-code.ts';
import { causesIn, type SizeCause } from './size-causes.ts';
import { mostText, ownCratesText, ownDataText } from './size-detail.ts';

const CAUSES = 2;

/** What a figure is, and what its parts are of. */
interface Figure {
  readonly metric: Metric;
  readonly of: Parts['of'];
}

const UNITS: Readonly<Record<Parts['of'], string>> = {
  package: ' of the package',
  unpacked: ' unpacked',
  binary: ' of the binary',
  code: ' of code',
  packages: ' packages',
};

/**
 * What a figure's change comes from, the first two that are worth telling, and the rest as one sum:
 * `regex 1.12.2 was added (Cargo.toml, line 9) and brings regex-automata, aho-corasick: +412 kB of the package; the function's own code: +2.06 kB; other: +490 B`.
 */
export function sizeReason(fn: FunctionComparison, metric: Metric, style: TextStyle): readonly string[] {
  // What is over its limit without having moved came from nowhere, and all of a new function is new.
  if (fn.status !== 'changed') return [];
  const parts = partsOf(fn, metric);
  if (parts === null) return unmeasuredReason(fn, style);
  // Where only code is told apart, what moved the other way, or less than what is no code, is no cause of the package's change.
  const isCodeAlone = parts.of === 'code' && isPacked(metric);
  if (isCodeAlone && (parts.delta * deltaOf(fn.metrics.zip) < 0 || isMostlyData(fn))) return dataReason(fn, style);
  const causes = causesIn(parts);
  if (causes.length === 0) return isCodeAlone ? dataReason(fn, style) : [];
  const figure: Figure = { metric, of: parts.of };
  const left = causes.reduce((sum, { delta }) => sum - delta, parts.delta);
  const texts = causes.map((cause, index) => {
    const unit = index === 0 ? unitText(figure, style) : '';
    return `${causeText(cause, fn, figure, style)}: ${amountOf(cause.delta, parts)}${unit}${detailText(cause, fn, figure, style)}`;
  });
  const isTold = parts.of === 'packages' ? left !== 0 : Math.abs(left) >= NOTICEABLE.bytes;
  return [[...texts, ...(isTold ? [`other: ${amountOf(left, parts)}`] : [])].join('; ')];
}

/** What brought most of a figure's growth: `regex 1.8.4 → 1.9.6 is +210 kB of code`; `null` where nobody did. */
export function mainCause(fn: FunctionComparison, metric: Metric, style: TextStyle): string | null {
  const parts = partsOf(fn, metric);
  if (parts === null || parts.delta <= 0) return null;
  const [main] = causesIn(parts);
  const figure: Figure = { metric, of: parts.of };
  const subject = main === undefined ? null : subjectText(main, fn, figure, style);
  if (main === undefined || subject === null) return null;
  return `${subject} is ${amountOf(main.delta, parts)}${unitText(figure, style)}${detailText(main, fn, figure, style)}`;
}

function subjectText(cause: SizeCause, fn: FunctionComparison, { of }: Figure, style: TextStyle): string | null {
  switch (cause.kind) {
    case 'root':
      return `${didText(cause.root.did, style).subject}${ownDataText(cause.root, fn, of)}${ownCratesText(cause.root, fn, style)}`;
    case 'common':
      return `what ${enumerated(
        cause.common.roots.map(({ did }) => didText(did, style).subject),
        CAUSES,
      )} have in common`;
    case 'file':
      return style.name(cause.part.name);
    case 'staying':
    case 'rest':
      return null;
  }
}

/** Whether what brought the most is a line that a person wrote or an upgrade, and not code of their own. */
export function isDoing(fn: FunctionComparison, metric: Metric): boolean {
  const parts = partsOf(fn, metric);
  const [main] = parts === null ? [] : causesIn(parts);
  return main?.kind === 'common' || (main?.kind === 'root' && main.root.did.kind !== 'own');
}

function causeText(cause: SizeCause, fn: FunctionComparison, { metric, of }: Figure, style: TextStyle): string {
  switch (cause.kind) {
    case 'root': {
      const { root, delta } = cause;
      return `${rootText(root, fn, style, { delta, counts: countsIn(metric) })}${ownDataText(root, fn, of)}${ownCratesText(root, fn, style)}`;
    }
    case 'common':
      return commonText(cause.common, style);
    case 'file':
      return style.name(cause.part.name);
    case 'staying':
      return stayingCratesText(cause, fn, style);
    case 'rest': {
      const { kind, name } = cause.part;
      return kind === 'shared' ? `constants ${style.prose(name)}` : `data in the binary, not code (${style.name(name)})`;
    }
  }
}

/** `, most of it tables::TABLE`; empty where nothing is. */
function detailText(cause: SizeCause, fn: FunctionComparison, { metric, of }: Figure, style: TextStyle): string {
  if (cause.kind !== 'root') return '';
  const crates = new Set(cause.root.crates.filter(countsIn(metric)));
  return mostText({ crates, delta: cause.delta }, fn, { of }, style);
}

function countsIn(metric: Metric): (crate: string) => boolean {
  if (!isCrateMetric(metric)) return () => true;
  const glob = globOf(metric);
  return (crate) => matchesCrate(glob, crate);
}

/** ` of the package`, ` of crate:regex*`. */
function unitText({ metric, of }: Figure, style: TextStyle): string {
  if (isCrateMetric(metric)) return ` of ${style.name(metric)}`;
  return `${UNITS[of]}${of === 'code' && isPacked(metric) ? ', unpacked' : ''}`;
}

function isPacked(metric: Metric): boolean {
  return metric === 'zip' || metric === 'unzipped';
}

function amountOf(delta: number, { of }: Parts): string {
  return renderDelta(delta, of === 'packages' ? 'count' : 'size');
}

/** Without crates what a person did can be told all the same. */
function unmeasuredReason(fn: FunctionComparison, style: TextStyle): readonly string[] {
  const reason = fn.notAttributed ?? fn.notOwned ?? fn.notLinked;
  const did = didTexts(fn, style);
  if (reason === null) return did;
  return [[...did, `which crates it is was not measured (${style.prose(reason)})`].join('; ')];
}

function didTexts(fn: FunctionComparison, style: TextStyle): readonly string[] {
  return fn.roots
    .filter(({ did }) => did.kind !== 'own')
    .slice(0, CAUSES)
    .map((root) => rootText(root, fn, style, null));
}

/** Whether a part of the binary that is no code, or a file beside it, moved as much as all code did. */
function isMostlyData(fn: FunctionComparison): boolean {
  const code = Math.abs(deltaOf(fn.metrics.text));
  return [filesOf(fn)[0], sectionsOf(fn)[0]].some((row) => row !== undefined && deltaOf(row) !== 0 && Math.abs(deltaOf(row)) >= code);
}

function filesOf(fn: FunctionComparison): FunctionComparison['package'] {
  return fn.package.filter(({ name }) => name !== OVERHEAD && name !== 'bootstrap').toSorted(compareRows);
}

function sectionsOf(fn: FunctionComparison): FunctionComparison['sections'] {
  return fn.sections.filter(({ name }) => name !== '.text').toSorted(compareRows);
}

/** What else of the package than code grew most, a file beside the binary or a part of the binary. */
function dataReason(fn: FunctionComparison, style: TextStyle): readonly string[] {
  const [file] = filesOf(fn);
  const [section] = sectionsOf(fn);
  const binary = fn.package.find(({ name }) => name === 'bootstrap');
  if (file !== undefined && Math.abs(deltaOf(file)) > Math.abs(binary === undefined ? 0 : deltaOf(binary)))
    return [`${style.name(file.name)} in the package: ${renderDelta(deltaOf(file), 'size')}`];
  if (section === undefined || deltaOf(section) === 0) return [];
  const data = `data in the binary, not code (${style.name(section.name)}): ${renderDelta(deltaOf(section), 'size')}`;
  return [[...didTexts(fn, style), data].join('; ')];
}

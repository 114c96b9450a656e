import { createColors } from 'picocolors';
import type { Bisection, FoundJump, LogRow, WalkedCommit } from '../../core/bisect/found.ts';
import { dimensionOf, type Metric, metricRow } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import { deltaOf } from '../../core/pair.ts';
import { wrapped } from '../../core/text.ts';
import { lastedText, type Millis, renderAmount, renderDelta, renderInteger } from '../../core/units.ts';
import { didText } from '../text/did.ts';
import { PLAIN, visible } from '../text/escape.ts';
import { counted, sizeDelta } from '../text/figures.ts';

const PIPE = 80;
const [ROOTS, CRATES, SKIPPED, COMMITS] = [3, 3, 5, 20];

interface Screen {
  readonly columns: number | null;
  readonly colour: boolean;
}

/** Which commit it was, how much it explains, and what it did. Ends in a newline. */
export function renderBisection(found: Bisection, { columns, colour }: Screen): string {
  const width = columns ?? PIPE;
  const { bold, dim } = createColors(colour);
  const { metric, good, bad, jumps, skipped } = found;
  const grown = bad.value - good.value;
  const lines = [
    ...wrapped(
      `${visible(found.function.name)}: ${wordOf(metric)} ${amounts(good.value, bad.value, metric)} from ${shortOf(good.commit)} to ${shortOf(bad.commit)}, ${counted(found.distance, 'commit')} along first parents.`,
      width,
    ),
    '',
    ...jumps.flatMap((jump) => [...jumpLines(jump, { metric, grown, width, bold }), '']),
    ...wrapped(restText(found, grown), width),
    ...wrapped(
      `${counted(found.built, 'commit')} built, ${found.stored} measured before, ${skipped.length} passed over, in ${lastedText(found.took)}.`,
      width,
    ).map(dim),
    ...skipped
      .slice(0, SKIPPED)
      .flatMap(({ commit, reason }) => wrapped(`passed over ${shortOf(commit)}: ${visible(reason, 400)}`, width, { hang: '  ' }).map(dim)),
    ...(skipped.length > SKIPPED ? [dim(`and ${skipped.length - SKIPPED} more; --json has them all`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function jumpLines(
  jump: FoundJump,
  {
    metric,
    grown,
    width,
    bold,
  }: { readonly metric: Metric; readonly grown: number; readonly width: number; readonly bold: (text: string) => string },
): readonly string[] {
  const [last] = jump.commits.slice(-1);
  if (last === undefined) return [];
  const own = jump.after.value - jump.before.value;
  const share = grown === 0 ? 0 : (own / grown) * 100;
  const head =
    jump.commits.length === 1
      ? `${nameOf(last)}${jump.ofMerge ? ' (the merge itself: neither side alone has it)' : ''}`
      : `one of ${jump.commits.length} commits that cannot be told apart, up to ${nameOf(last)}`;
  const explains = `${wordOf(metric)} ${amounts(jump.before.value, jump.after.value, metric)}: ${shareText(share)} of the growth`;
  return [
    ...wrapped(head, width).map(bold),
    ...jump.merges.flatMap((merge) => indented(`it came in by the merge ${nameOf(merge)}`, width)),
    ...(jump.commits.length === 1 ? [] : jump.commits.slice(0, COMMITS).flatMap((commit) => indented(nameOf(commit), width))),
    ...(jump.commits.length > COMMITS ? [`  and ${jump.commits.length - COMMITS} more; --json has them all`] : []),
    ...wrapped(explains, width - 2).map((line) => `  ${line}`),
    ...(jump.comparison === null
      ? []
      : causesOf(jump.comparison).flatMap((text) => wrapped(text, width - 4).map((line, at) => `  ${at === 0 ? '- ' : '  '}${line}`))),
  ];
}

function indented(text: string, width: number): readonly string[] {
  return wrapped(text, width - 4).map((line, at) => `${at === 0 ? '  ' : '    '}${line}`);
}

/** What a person did, and which crates grew. */
function causesOf(fn: FunctionComparison): readonly string[] {
  const roots = fn.roots.slice(0, ROOTS).map(({ did }) => {
    const { subject, verb, where } = didText(did, PLAIN);
    return `${[subject, ...(verb === null ? [] : [verb])].join(' ')}${where === null ? '' : ` (${where})`}`;
  });
  const crates = fn.owners
    .filter((row) => row.kind === 'crate' && deltaOf(row) > 0)
    .toSorted((a, b) => deltaOf(b) - deltaOf(a))
    .slice(0, CRATES)
    .map((row) => `${visible(row.name)} ${sizeDelta(deltaOf(row))}`);
  return [...roots, ...(crates.length === 0 ? [] : [`in the binary: ${crates.join(', ')}`])];
}

function restText({ jumps, metric }: Bisection, grown: number): string {
  const explained = jumps.reduce((sum, { before, after }) => sum + after.value - before.value, 0);
  const rest = grown - explained;
  if (jumps.length === 0) return 'No commit brought a twentieth of the growth or more: it came in small steps.';
  const only = jumps.some(({ commits }) => commits.length > 1) ? 'One of these commits explains' : 'This commit explains';
  const which = jumps.length === 1 ? only : `These ${jumps.length} commits explain`;
  if (rest === 0) return `${which} all of it.`;
  const more = jumps.length === 1 ? ' (--all finds other jumps)' : '';
  return rest > 0
    ? `${which} ${renderDelta(explained, dimensionOf(metric))}; ${renderDelta(rest, dimensionOf(metric))} came with others${more}.`
    : `${which} ${renderDelta(explained, dimensionOf(metric))}; others took ${renderAmount(-rest, dimensionOf(metric))} of it back.`;
}

function shareText(share: number): string {
  return share > 0 && share < 1 ? `${share.toFixed(1)} %` : `${Math.round(share)} %`;
}

function amounts(from: number, to: number, metric: Metric): string {
  const dimension = dimensionOf(metric);
  const shown = dimension === 'size' ? `${renderInteger(from)} → ${renderInteger(to)} B` : `${renderInteger(from)} → ${renderInteger(to)}`;
  return `${shown} (${renderDelta(to - from, dimension)})`;
}

function wordOf(metric: Metric): string {
  return metricRow(metric)?.word ?? visible(metric);
}

function shortOf({ sha }: WalkedCommit): string {
  return sha.slice(0, 7);
}

function nameOf({ sha, subject }: WalkedCommit): string {
  return `${sha.slice(0, 7)} "${visible(subject)}"`;
}

/** Each commit of a range in a row, with what its figures became. Ends in a newline. */
export function renderLog(
  { rows, took }: { readonly rows: readonly LogRow[]; readonly took: Millis },
  metrics: readonly Metric[],
  { columns, colour }: Screen,
): string {
  const width = columns ?? PIPE;
  const { bold, dim } = createColors(colour);
  const names = [...new Set(rows.flatMap(({ functions }) => functions.map((fn) => fn.function)))];
  const blocks = names.map((name) => {
    const body: { cells: readonly string[]; subject: string; below: readonly string[] }[] = [];
    const before = new Map<Metric, number>();
    for (const { commit, time, functions, reason } of rows) {
      const own = functions.find((fn) => fn.function === name);
      const figures = metrics.flatMap((metric) => {
        const value = own?.figures[metric] ?? null;
        const last = before.get(metric);
        if (value !== null) before.set(metric, value);
        const dimension = dimensionOf(metric);
        const change = value === null || last === undefined ? '' : renderDelta(value - last, dimension);
        return [value === null ? '–' : renderAmount(value, dimension), change];
      });
      const lacking = own !== undefined ? null : reason === null ? `there is no ${name}` : `not measured: ${reason}`;
      const below = lacking === null ? [] : wrapped(visible(lacking, 400), width - INDENT.length).map((line) => `${INDENT}${line}`);
      body.push({ cells: [time.slice(0, 10), commit.sha.slice(0, 7), ...figures], subject: commit.subject, below });
    }
    const heads = ['date', 'commit', ...metrics.flatMap((metric) => [headOf(metric), 'change'])];
    const widths = heads.map((head, at) => Math.max(head.length, ...body.map(({ cells }) => cells[at]?.length ?? 0)));
    const line = (cells: readonly string[], subject: string): string => {
      const left = cells.map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
      const room = width - left.length - 2;
      const shown = visible(subject, 400);
      return `${left}${room < 8 ? '' : `  ${shown.length <= room ? shown : `${shown.slice(0, room - 1)}…`}`}`.trimEnd();
    };
    return [
      bold(visible(name)),
      bold(line(heads, '')),
      ...body.flatMap(({ cells, subject, below }) => [line(cells, subject), ...below.map(dim)]),
    ].join('\n');
  });
  const failed = rows.filter(({ reason }) => reason !== null);
  const whole = names.length === 0 ? 'No commit of the range could be measured:' : '';
  return `${[...blocks, ...(whole === '' ? [] : [[whole, ...failed.map(({ commit, reason }) => `${shortOf(commit)} ${visible(reason ?? '', 400)}`)].join('\n')])].join('\n\n')}\n${dim(`${counted(rows.length, 'commit')}${failed.length === 0 ? '' : `, ${failed.length} of them without figures`}, in ${lastedText(took)}`)}\n`;
}

/** Under the commit. */
const INDENT = ' '.repeat(12);

function headOf(metric: Metric): string {
  return metric === 'init.instructions' ? 'init instr.' : wordOf(metric);
}

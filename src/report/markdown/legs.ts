import { exitCode } from '../../core/judge/judge.ts';
import { coldStartNoticeText } from '../text/cold-start-job.ts';
import { link, MARKDOWN } from '../text/escape.ts';
import { counted, listed } from '../text/figures.ts';
import { type AbsentLeg, isReported, type LegReport, legsSentence, type ReportedLeg, toneOfLegs, worstLeg } from '../text/legs.ts';
import { sentenceIn } from '../text/sentence.ts';
import { askedText, sidesText } from '../text/side.ts';
import { toneOf } from '../text/tone.ts';
import { collapsed } from './details.ts';
import { fitted } from './fit.ts';
import type { Destination } from './markdown.ts';
import { checkPart, closingPart, type Details, detailBlocks, detailsOf, ICONS, joined, type Part, titlePart } from './parts.ts';
import { breachedTable, entriesOf, wholeTable } from './table.ts';

const MISSING_NAMES = 10;
const REFUSED_LINES = 5;
const FOOTERS = 3;

/** A leg's line and, below it, its details. */
interface LegPart {
  readonly line: string;
  readonly details: Details;
}

/**
 * The report on all legs of a matrix: the verdict over all of them, the legs that are not there, one table of all functions, then each leg
 * with its details collapsed. Details that do not fit are left out of every leg, in the order of a single report. The verdict, the absent legs
 * and the footer (a few thousand units) always stay. Ends in a newline.
 */
export function renderLegsFitted(legs: readonly LegReport[], { fits, fullReport, page = null, notice = null }: Destination): string {
  const reported = legs.filter(isReported);
  const parts = reported.map(partOf);
  const entries = entriesOf(reported.map(({ name, outcome }) => ({ leg: name, outcome })));
  const tables = { rows: wholeTable(entries), table: breachedTable(entries) };
  const verdict = titlePart(toneOfLegs(legs), legsSentence(legs, MARKDOWN).title, notice);
  const absent = absentPart(legs.filter((leg) => !isReported(leg)));
  // The worst leg's cause and way out are enough, and they are not to be searched for in a folded leg.
  const worst = worstLeg(legs);
  const { because, wayOut } = worst !== null && isReported(worst) ? detailsOf(worst.outcome) : { because: '', wayOut: '' };
  const footer = footerOf(reported);
  const fails = legs.some((leg) => !isReported(leg) || exitCode(leg.outcome.verdict) !== 0) || legs.length === 0;
  return fitted(
    fits,
    (part) => isThere(part, tables, parts),
    ({ parts: gone, names }) =>
      `${joined([
        verdict,
        notice === null ? '' : coldStartNoticeText(notice),
        checkPart(toneOfLegs(legs), fails, notice),
        absent,
        gone.has('table') ? '' : gone.has('rows') ? tables.table : tables.rows,
        gone.has('because') ? '' : because,
        wayOut,
        ...(gone.has('legs') ? [] : parts.map((part) => legBlock(part, gone))),
        closingPart(names, fullReport, page),
        footer,
      ])}\n`,
  );
}

function isThere(part: Part, tables: Readonly<Record<'rows' | 'table', string>>, legs: readonly LegPart[]): boolean {
  if (part === 'rows' || part === 'table') return tables[part] !== '';
  return part === 'legs' ? legs.length > 0 : legs.some(({ details }) => details[part] !== '');
}

function partOf({ name, outcome }: ReportedLeg): LegPart {
  return {
    line: `${ICONS[toneOf(outcome)]} ${MARKDOWN.name(name)}: ${sentenceIn(outcome, MARKDOWN)}`,
    details: detailsOf(outcome),
  };
}

/** A summary is HTML, where a name would not be data: the leg's line stands above it. */
function legBlock({ line, details }: LegPart, gone: ReadonlySet<Part>): string {
  const blocks = detailBlocks(details, gone);
  return joined([line, blocks.length === 0 ? '' : collapsed('Details', blocks.join('\n\n'))]);
}

/** The legs that have no figures: the missing ones share a line, each refused one has its own reason. */
function absentPart(legs: readonly AbsentLeg[]): string {
  const missing = legs.filter(({ kind }) => kind === 'missing').map(({ name }) => MARKDOWN.name(name));
  const whose = missing.length === 1 ? 'its job did' : 'their jobs did';
  const [run] = legs.flatMap((leg) => (leg.kind === 'missing' && leg.run !== null ? [leg.run] : []));
  const ended = run === undefined ? '' : `: ${link('the measuring run', run.url)} ended with ${MARKDOWN.prose(run.conclusion)}`;
  const refused = legs.flatMap((leg) =>
    leg.kind === 'refused' ? [`refused: ${MARKDOWN.name(leg.name)} — ${MARKDOWN.prose(leg.reason)}`] : [],
  );
  const more = refused.length - REFUSED_LINES;
  const lines = [
    ...(missing.length === 0 ? [] : [`missing: ${listed(missing, MISSING_NAMES)} — ${whose} not upload a measurement${ended}`]),
    ...refused.slice(0, REFUSED_LINES),
    ...(more > 0 ? [`and ${counted(more, 'more job')} refused`] : []),
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

/** The legs mostly share commits and tools: each combination once. */
function footerOf(legs: readonly ReportedLeg[]): string {
  const sides = [...new Set(legs.map(({ outcome }) => sidesText(outcome, MARKDOWN)))];
  const more = sides.length - FOOTERS;
  const asked = [...new Set(legs.map(({ outcome }) => askedText(outcome)).filter((text) => text !== ''))];
  const texts = [
    ...asked.slice(0, FOOTERS),
    ...sides.slice(0, FOOTERS),
    ...(more > 0 ? [`and ${counted(more, 'other combination')} of commits and tools`] : []),
  ];
  return texts.map((text) => `<sub>${text}</sub>`).join('\n');
}

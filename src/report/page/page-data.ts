import type { FlameViewer } from '../flame-graph/flame-graph.ts';
import { visible } from '../text/escape.ts';
import { toldFunctions } from '../text/functions.ts';
import { isReported, worstLeg } from '../text/legs.ts';
import { verdictByFunction } from '../text/verdict-index.ts';
import { addressText, SIDES } from './address.ts';
import { coldStartData } from './cold-start-data.ts';
import type { FunctionData, PageData } from './data.ts';
import { foldedToFit } from './folded.ts';
import { dependencyData, rowsData } from './function-data.ts';
import { initData, responseData } from './init-data.ts';
import type { PageFunction, PageInput, PageLeg } from './input.ts';
import { inLeg } from './main-table.ts';
import { Names, shownName } from './names.ts';
import { openingOf, subjectOf } from './opening.ts';
import { encodeBoxes } from './wire-boxes.ts';

const MOST_REASON = 400;

type Leg = Extract<PageLeg, { readonly kind: 'reported' }>;

/** A function in its leg. */
interface Told {
  readonly leg: Leg;
  readonly one: PageFunction;
}

/** What the addresses of a page call a function. */
export function keyOf(leg: string, name: string): string {
  return shownName(inLeg(leg, name));
}

/** All that the script shows. The functions over a limit come first, then what changed; a page opens at what its verdict is about. */
export function pageData({ legs }: PageInput, flame: FlameViewer): PageData {
  const names = new Names();
  const told = legs.filter((leg) => leg.kind === 'reported').flatMap(toldIn);
  const trees = foldedToFit(told.map(({ one }) => one.tree));
  const all = told.map(({ leg, one }, at) => ({ leg, one: { ...one, tree: trees[at] ?? one.tree } }));
  const functions = all.map(({ leg, one }) => functionData(leg, one, names));
  const hasFlame = functions.some(({ init }) => init.flame !== null);
  return { names: names.all, open: openAt(legs, all), functions, flame: hasFlame ? flame : null };
}

function toldIn(leg: Leg): readonly Told[] {
  const told = toldFunctions(leg.outcome);
  const rank = ({ comparison }: PageFunction): number => (told.includes(comparison) ? told.indexOf(comparison) : told.length);
  return leg.functions.toSorted((a, b) => rank(a) - rank(b)).map((one) => ({ leg, one }));
}

function openAt(legs: readonly PageLeg[], all: readonly Told[]): string {
  const worst = worstLeg(legs);
  const subject = worst !== null && isReported(worst) ? subjectOf(worst.outcome) : null;
  const ofWorst = all.filter(({ leg }) => leg === worst);
  const about = ofWorst.find(({ one }) => one.comparison.name === subject?.function);
  const opened = about ?? ofWorst[0] ?? all[0];
  if (opened === undefined) return '';
  return addressText(openingOf(keyOf(opened.leg.name, opened.one.comparison.name), opened.one, about === undefined ? null : subject));
}

function functionData(leg: Leg, one: PageFunction, names: Names): FunctionData {
  const { comparison, tree, dependencies } = one;
  const { base, head } = leg.outcome.comparison;
  const baseSha = base.kind === 'measured' ? base.snapshot.commit.sha : null;
  const reason = tree.kind === 'tree' ? tree.untold : tree.reason;
  return {
    key: keyOf(leg.name, comparison.name),
    note: noteOf(leg, one),
    boxes: tree.kind === 'tree' ? encodeBoxes(tree.root, names) : null,
    untold: reason === null ? null : visible(reason, MOST_REASON),
    sides: baseSha === null || comparison.status === 'added' ? ['head'] : comparison.status === 'removed' ? ['base'] : SIDES,
    sections: rowsData(comparison.sections, names),
    files: rowsData(comparison.package, names),
    dependencies: dependencies?.map((dependency) => dependencyData(dependency, names)) ?? null,
    init: initData(one, { base: baseSha?.slice(0, 7) ?? null, head: head.snapshot.commit.sha.slice(0, 7) }, names),
    firstResponse: responseData(one, names),
    coldStarts: coldStartData(one, names),
  };
}

/** What stands beside a function's name where there are several. */
function noteOf({ outcome: { verdict } }: Leg, { comparison: { name, status } }: PageFunction): string {
  const { breaches, warned } = verdictByFunction(verdict);
  if (breaches.has(name)) return verdict.status === 'accepted' ? 'accepted' : 'over its limit';
  if (warned.has(name)) return 'warning';
  return status === 'added' ? 'new' : status;
}

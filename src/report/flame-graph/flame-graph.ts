import type { FlameNode } from '../../core/flame.ts';
import { visible } from '../text/escape.ts';
import { type Drawing, frame, functionKey, isFolded, ROW } from './frames.ts';
import { type FlameTitle, hasResponse, headOf } from './head.ts';
import { escaped, verbatim } from './xml.ts';

export type { FlameTitle } from './head.ts';

/** What makes the picture a tool (`src/measure/viewer/`), and the policy under which they and nothing else run. */
export interface FlameViewer {
  readonly script: string;
  readonly style: string;
  /**
   * A content security policy with the hashes of both, for names that escaping would let through. Chromium takes it from an SVG file, Firefox 153
   * from HTML alone.
   */
  readonly policy: string;
}

/** Pixels that `viewer.css` gives the head where no script measures it: wide screens, narrow ones. */
const HEAD = { wide: 124, narrow: 220 };
const BELOW = 12;
/** UTF-16 units of a name; the next where the file would be too large. */
const NAMES = [400, 200, 100, 50, 20];
const MOST_BYTES = 950_000;

/**
 * A flame graph as one SVG file that asks for nothing from outside: callers above what they call, as wide as head's instructions, coloured by the
 * change since base. Opened in a browser it zooms, searches and takes the keyboard; as a picture it shows the same frames with tooltips, at any
 * width. Names are data: text alone. Below 1 MB whatever the tree (of 2,000 nodes).
 */
export function renderFlameGraph(tree: FlameNode, title: FlameTitle, viewer: FlameViewer): string {
  let svg = '';
  for (const mostName of NAMES) {
    svg = withNames(tree, title, viewer, mostName);
    if (new TextEncoder().encode(svg).length <= MOST_BYTES) break;
  }
  return svg;
}

function withNames(tree: FlameNode, title: FlameTitle, { script, style, policy }: FlameViewer, mostName: number): string {
  const drawing: Drawing = { whole: tree.head, compared: title.base !== null, mostName, functions: functionsOf(tree) };
  const rows = depthOf(tree) * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="en" role="document" width="100%" height="${HEAD.narrow + rows + BELOW}">`,
    `<title>${escaped(`Instructions of ${hasResponse(tree) ? 'init and first response' : 'init'}: ${visible(title.function, 160)}`)}</title>`,
    `<head xmlns="http://www.w3.org/1999/xhtml"><meta http-equiv="Content-Security-Policy" content="${escaped(policy)}"/></head>`,
    `<style>${verbatim(style)}</style>`,
    '<rect class="paper" fill="#ffffff" width="100%" height="100%"/>',
    `<foreignObject id="page" width="100%" height="${HEAD.wide}">`,
    headOf(tree, title),
    '</foreignObject>',
    `<g id="lower"><svg id="graph" role="none" x="1%" y="${HEAD.wide}" width="98%" height="${rows}" overflow="visible">`,
    `<g id="frames" aria-label="Calls" fill="#e2e5e9">\n${frame(tree, drawing, { before: 0, depth: 0, hidden: false })}</g>`,
    '<rect id="ring" display="none" aria-hidden="true"/>',
    '</svg></g>',
    ...(tree.head > 0 ? [`<script>${verbatim(script)}</script>`] : []),
    '</svg>',
    '',
  ].join('\n');
}

/** A number for each function, in the order of the tree. */
function functionsOf(tree: FlameNode): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const visit = (node: FlameNode): void => {
    const key = functionKey(node);
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    node.children.forEach(visit);
  };
  visit(tree);
  return numbers;
}

/** Rows that show before anything is opened. */
function depthOf(node: FlameNode): number {
  if (node.head <= 0) return 0;
  return 1 + (isFolded(node) ? 0 : node.children.reduce((deepest, child) => Math.max(deepest, depthOf(child)), 0));
}

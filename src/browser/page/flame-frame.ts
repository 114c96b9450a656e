import { type FlameTitle, type FlameViewer, renderFlameGraph } from '../../report/flame-graph/flame-graph.ts';
import { decodeFlame, type WireFlame } from '../../report/page/wire-flame.ts';
import { made } from './element.ts';

/**
 * The flame graph as the file that it is elsewhere, in a frame of its own: its script, its keys and its policy are its own. Its address is a blob,
 * which is held to the page's policy too.
 */
export function flameFrame(calls: WireFlame, title: FlameTitle, names: readonly string[], viewer: FlameViewer): HTMLElement {
  const svg = renderFlameGraph(decodeFlame(calls, names), title, viewer);
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  return made(
    'div',
    { class: 'flame' },
    made('iframe', { src: url, title: `Flame graph of ${title.function}` }),
    made('p', {}, made('a', { href: url, download: 'flame-graph.svg' }, 'Save this flame graph')),
  );
}

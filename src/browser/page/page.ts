import { type Address, addressOfFunction, addressText, parseAddress, type Side } from '../../report/page/address.ts';
import type { PageData } from '../../report/page/data.ts';
import { byId, made } from './element.ts';
import { FunctionPanel } from './panel.ts';

const data: PageData = JSON.parse(byId('data').textContent ?? '');
const app = byId('app');
const panels = new Map<string, FunctionPanel>();
const lost = made('p', { class: 'doubtful', role: 'status' });
const place = made('div');
const links = new Map(data.functions.map(({ key, note }) => [key, functionLink(key, note)]));
let shown: FunctionPanel | null = null;
let address: Address | null = null;

app.replaceChildren(
  ...(links.size > 1
    ? [
        made(
          'nav',
          { class: 'functions', 'aria-label': 'Functions' },
          made('ul', {}, ...[...links.values()].map((link) => made('li', {}, link))),
        ),
      ]
    : []),
  lost,
  place,
);
render();
performance.mark('usable');

addEventListener('hashchange', () => {
  const isInside = (): boolean => app.contains(document.activeElement);
  const wasInside = isInside();
  render();
  // What had the keyboard is gone with the view that it stood in.
  if (wasInside && !isInside()) shown?.focusView();
  if (wasInside) return;
  // A link of the table above leads down to the function.
  shown?.element.scrollIntoView();
  shown?.focus();
});
document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  const isTyped = target instanceof HTMLInputElement && target.type !== 'radio';
  if (key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyped) return;
  if (shown?.search() === true) event.preventDefault();
});

/** Shows what the address says; what it leaves open is as the page opens, or as it was. */
function render(): void {
  const opening = parseAddress(data.open);
  const asked = parseAddress(location.hash);
  const isBare = asked.function === undefined;
  const known = asked.function !== undefined && links.has(asked.function);
  lost.textContent = isBare || known ? '' : `${asked.function} is not on this page.`;
  lost.hidden = isBare || known;
  const said = known && asked.view !== undefined ? asked : known && asked.function !== opening.function ? asked : opening;
  const name = said.function ?? data.functions[0]?.key;
  const one = data.functions.find(({ key }) => key === name);
  if (one === undefined) return;
  let panel = panels.get(one.key);
  if (panel === undefined) {
    panel = new FunctionPanel(one, data, { go: (next) => go(next, 'push'), turn: (next) => go(next, 'replace') });
    panels.set(one.key, panel);
  }
  const [first = 'map'] = panel.views;
  address = {
    function: one.key,
    view: said.view !== undefined && panel.views.includes(said.view) ? said.view : first,
    measure: said.measure ?? address?.measure ?? 'zip',
    side: sideOf(said, one.sides),
    path: said.path ?? [],
    inside: said.inside ?? true,
  };
  for (const [key, link] of links) {
    if (key === one.key) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  if (shown !== panel) place.replaceChildren(panel.element);
  shown = panel;
  panel.show(address);
}

/** As asked where there is such a side, else the difference, else the only one. */
function sideOf({ side }: Partial<Address>, sides: readonly Side[]): Side {
  return side !== undefined && sides.includes(side) ? side : (sides.at(-1) ?? 'head');
}

/** A step that the browser can go back, or none. */
function go(next: Address, how: 'push' | 'replace'): void {
  const hash = addressText(next);
  if (how === 'push' && hash !== location.hash) history.pushState(null, '', hash);
  else history.replaceState(null, '', hash);
  render();
}

function functionLink(key: string, note: string): HTMLAnchorElement {
  return made(
    'a',
    { href: addressOfFunction(key) },
    made('code', {}, key),
    ...(note === '' ? [] : [made('span', { class: 'faint' }, ` ${note}`)]),
  );
}

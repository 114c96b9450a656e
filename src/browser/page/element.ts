type Attributes = Readonly<Record<string, string | number | null>>;

/** An element with what stands in it. Names come from a pull request: text is text here, whatever it holds. */
export function made<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  attribute(element, attributes);
  element.append(...content);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function drawn<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...content: readonly (Node | string)[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(SVG, tag);
  attribute(element, attributes);
  element.append(...content);
  return element;
}

/** `null`: it has none of that name. */
function attribute(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, String(value));
}

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`no ${id}`);
  return element;
}

/** Names on the way to something, outermost first, each in its own direction: letters of right-to-left scripts do not turn the way around. */
export function chain(names: readonly string[]): readonly (Node | string)[] {
  return names.flatMap((name, at) => [...(at === 0 ? [] : [' › ']), made('bdi', {}, name)]);
}

/** What may be wider than the screen: it is pushed aside by itself, by the keyboard too. */
export function pushedAside(name: string, content: HTMLElement): HTMLElement {
  return made('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': name }, content);
}

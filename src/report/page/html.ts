import { escaped } from '../flame-graph/xml.ts';
import { type TextStyle, visible } from '../text/escape.ts';

/** Of private use: `visible` leaves none in a name, so that nobody's name opens or closes an element. */
const [OPEN, CLOSE] = ['\uE000', '\uE001'];
const MAX_PROSE = 400;

/** Marks names; what a text holds beside them is escaped when it becomes `html`. */
export const PAGE: TextStyle = {
  name: (text) => `${OPEN}${text === '' ? '(empty)' : visible(text)}${CLOSE}`,
  prose: (text) => visible(text, MAX_PROSE),
};

/** A text in the style `PAGE` as HTML: its names are code, all else is text. */
export function html(text: string): string {
  return escaped(text).replaceAll(OPEN, '<code>').replaceAll(CLOSE, '</code>');
}

/** A list of such texts; nothing where there are none. */
export function list(texts: readonly string[]): string {
  return texts.length === 0 ? '' : `<ul>${texts.map((text) => `<li>${html(text)}</li>`).join('')}</ul>`;
}

/** The same where no element can stand: in a document's title. */
export function plainText(text: string): string {
  return text.replaceAll(OPEN, '').replaceAll(CLOSE, '');
}

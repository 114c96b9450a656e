/** XML text. What XML has no way to write (control characters, lone surrogates) `visible` has made readable before. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

/** The content of a `script` or `style` as it was written; throws for what would end it. */
export function verbatim(text: string): string {
  if (text.includes(']]>')) throw new Error('"]]>" cannot stand in a script or style of an SVG file');
  return `<![CDATA[${text}]]>`;
}

/** A share as an SVG length: `12.3457%`. A ten-thousandth of a percent is far below a pixel. */
export function percentage(share: number): string {
  return `${Math.round(share * 1_000_000) / 10_000}%`;
}

import { escaped } from '../flame-graph/xml.ts';

/** What makes a page a tool (bundled of `src/browser/`), and the policy under which it and nothing else runs or loads. */
export interface DocumentViewer {
  readonly script: string;
  readonly style: string;
  /** A content security policy with the hashes of both, for names that escaping would let through. */
  readonly policy: string;
}

export interface DocumentParts {
  /** Plain text. */
  readonly title: string;
  /** HTML, whose names are `escaped`: what a reader has before the script runs, and without one. */
  readonly body: string;
  /** What the script makes the rest of. */
  readonly data: unknown;
}

/** Where the script finds its data. */
export const DATA_ID = 'data';

/**
 * One HTML file that asks for nothing from outside: head, policy and style, then the body, which the browser paints before it reads the data, then
 * the script. Throws for a script or style that would end its own element.
 */
export function renderDocument({ title, body, data }: DocumentParts, { script, style, policy }: DocumentViewer): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    // By these first lines `git/changes.ts` knows it for what coldgate wrote.
    '<meta name="generator" content="coldgate">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(title)}</title>`,
    `<style>${verbatim(style, 'style')}</style>`,
    '</head>',
    '<body>',
    body,
    `<script type="application/json" id="${DATA_ID}">${jsonText(data)}</script>`,
    `<script>${verbatim(script, 'script')}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** JSON in which nothing can end a script, nor begin a comment in it: https://html.spec.whatwg.org/#restrictions-for-contents-of-script-elements */
function jsonText(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function verbatim(text: string, element: 'script' | 'style'): string {
  if ((element === 'script' ? /<\/script|<!--|\r/i : /<\/style|<!--|\r/i).test(text))
    throw new Error(`a ${element} of a page holds what would end it or change its hash`);
  return text;
}

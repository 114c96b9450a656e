import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

const STYLE = fileURLToPath(import.meta.resolve('github-markdown-css/github-markdown.css'));

/** A comment as GitHub shows it: its Markdown dialect, its stylesheet, its width. */
export async function commentPage(markdown: string): Promise<string> {
  const css = await readFile(STYLE, 'utf8');
  const body = micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>comment</title><style>${css}
body { margin: 0; padding: 16px; background: Canvas; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { body { background: #0d1117 } }
.markdown-body { box-sizing: border-box; max-width: 900px; padding: 16px; border: 1px solid #8885; border-radius: 6px; }
</style></head><body><main class="markdown-body">${body}</main></body></html>`;
}

const COLOURS: Readonly<Record<string, string>> = {
  1: 'font-weight:bold',
  2: 'opacity:.7',
  31: 'color:#ff7b72',
  32: 'color:#7ee787',
  33: 'color:#e3b341',
  36: 'color:#79c0ff',
};

/** What a terminal of so many columns shows of a text with colours. */
export function terminalPage(text: string, columns: number): string {
  const sequence = String.fromCharCode(27);
  let open = 0;
  const close = (): string => {
    const ends = '</span>'.repeat(open);
    open = 0;
    return ends;
  };
  const body = text
    .split(new RegExp(`(${sequence}\\[[0-9;]*m)`))
    .map((part) => {
      const code = new RegExp(`^${sequence}\\[([0-9;]*)m$`).exec(part)?.[1];
      if (code === undefined) return part.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      const style = COLOURS[code];
      if (style === undefined) return close();
      open += 1;
      return `<span style="${style}">`;
    })
    .join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>terminal</title><style>
body { margin: 0; background: #0d1117; color: #e6edf3; }
pre { margin: 0; padding: 12px; width: ${columns}ch; font: 13px/1.35 "DejaVu Sans Mono", monospace; white-space: pre; }
</style></head><body><pre>${body}${close()}</pre></body></html>`;
}

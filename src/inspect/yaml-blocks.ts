/** What of a YAML file stands below one key: the lines of it, comments taken out. */
export interface Block {
  /** From 1. */
  readonly line: number;
  readonly lines: readonly { readonly line: number; readonly text: string }[];
}

/** A template's functions, and what it sets for all of them. */
export interface TemplateBlocks {
  /** `Globals`, `provider`: `null` where there is none. */
  readonly common: Block | null;
  /** What stands directly below `Resources` or `functions`. */
  readonly parts: readonly Block[];
}

/**
 * Reads the outline of a SAM or Serverless template by its indentation: tags of CloudFormation (`!Sub`) are no matter then, and the line of
 * everything is known. What is written in one line (`{Runtime: …}`) is not looked for.
 */
export function templateBlocks(text: string): TemplateBlocks {
  const lines = text.split(/\r?\n/).map((raw, index) => ({ line: index + 1, text: withoutComment(raw) }));
  const solid = lines.filter((one) => one.text.trim() !== '');
  const below = (names: RegExp): readonly Block[] => blocksAt(solid, 0).filter(({ lines: [first] }) => names.test(first?.text ?? ''));
  const parts = below(/^(Resources|functions)\s*:/).flatMap(({ lines: [, ...inner] }) => blocksAt(inner, indentOf(inner[0]?.text ?? '')));
  const [common = null] = below(/^(Globals|provider)\s*:/);
  return { common, parts };
}

function blocksAt(lines: Block['lines'], indent: number): readonly Block[] {
  const blocks: { line: number; lines: { line: number; text: string }[] }[] = [];
  for (const one of lines) {
    if (indentOf(one.text) <= indent) blocks.push({ line: one.line, lines: [one] });
    else blocks.at(-1)?.lines.push(one);
  }
  return blocks;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

/** A `#` begins a comment at the line's beginning or after a blank, and in no string. */
function withoutComment(line: string): string {
  return line.replace(
    /("(?:[^"\\]|\\.)*"|'[^']*')|(^|\s)#.*$/g,
    (_, string: string | undefined, before: string | undefined) => string ?? before ?? '',
  );
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, ToolError } from '../core/failures.ts';
import { fileNameOf } from '../core/function-names.ts';
import { type FlameViewer, renderFlameGraph } from '../report/flame-graph/flame-graph.ts';
import type { MeasuredBoth } from './both.ts';
import { policyOf } from './policy.ts';

/** Writes `<function>.svg` into `folder` for each function whose instructions were counted by name, and answers the files. */
export async function writeFlameGraphs(folder: string, { base, head, flames }: MeasuredBoth): Promise<readonly string[]> {
  if (flames.length === 0) return [];
  const shas = { base: base.kind === 'measured' ? base.snapshot.commit.sha.slice(0, 7) : null, head: head.snapshot.commit.sha.slice(0, 7) };
  const files: string[] = [];
  const viewer = await flameViewer();
  try {
    await mkdir(folder, { recursive: true });
    for (const { function: name, tree } of flames) {
      const file = join(folder, `${fileNameOf(name)}.svg`);
      await writeFile(file, renderFlameGraph(tree, { function: name, ...shas }, viewer));
      files.push(file);
    }
  } catch (cause) {
    throw new ToolError(`flame graphs cannot be written to ${folder} (${messageOf(cause)})`, { cause });
  }
  return files;
}

/** Each after those that it imports. */
const SCRIPTS = ['frames.js', 'layout.js', 'search.js', 'keys.js'];

/**
 * The viewer's files, which stand beside this one, in `src/` and in `dist/` alike, with a policy under which nothing else runs or loads. Its modules
 * become one function: an SVG file cannot import from itself.
 */
export async function flameViewer(): Promise<FlameViewer> {
  const read = (name: string): Promise<string> => readFile(new URL(`./viewer/${name}`, import.meta.url), 'utf8');
  const modules = await Promise.all(SCRIPTS.map(read));
  const plain = modules.map((text) => text.replaceAll(/^import .*\n/gm, '').replaceAll(/^export /gm, ''));
  const script = `(() => {\n'use strict';\n${plain.join('\n')}})();\n`;
  const style = await read('viewer.css');
  return { script, style, policy: policyOf([{ script, style }], 'no-frames') };
}

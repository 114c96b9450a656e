import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, ToolError } from '../core/failures.ts';
import { fileNameOf } from '../core/function-names.ts';
import { renderFlameGraph } from '../report/flame-graph.ts';
import type { MeasuredBoth } from './both.ts';

/** Writes `<function>.svg` into `folder` for each function whose instructions were counted by name, and answers the files. */
export async function writeFlameGraphs(folder: string, { base, head, flames }: MeasuredBoth): Promise<readonly string[]> {
  if (flames.length === 0) return [];
  const shas = { base: base.kind === 'measured' ? base.snapshot.commit.sha.slice(0, 7) : null, head: head.snapshot.commit.sha.slice(0, 7) };
  const files: string[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const { function: name, tree } of flames) {
      const file = join(folder, `${fileNameOf(name)}.svg`);
      await writeFile(file, renderFlameGraph(tree, { function: name, ...shas }));
      files.push(file);
    }
  } catch (cause) {
    throw new ToolError(`flame graphs cannot be written to ${folder} (${messageOf(cause)})`, { cause });
  }
  return files;
}

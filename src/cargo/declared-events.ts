import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { UsageError } from '../core/failures.ts';
import type { DeclaredEvent } from '../core/snapshot/first-response.ts';
import { quoted } from '../core/text.ts';
import { readEvents } from '../init/events/read-events.ts';
import { parseEvents, type WrittenEvent } from '../init/events/written-events.ts';
import { type CargoMetadata, workspaceMembers } from './metadata.ts';

interface ReadingOptions {
  /** Of base: what cannot be read declares nothing, since its mistake is not that of the change. */
  readonly lenient?: boolean;
  /** Of the files that are named those of the checkout are read, or any, or none: `prepare` may bring them later. */
  readonly files?: 'own' | 'any' | 'none';
}

/**
 * The events that stand as `init-event` in `[workspace.metadata.coldgate]` and `[package.metadata.coldgate]`: one as a string, or a list of
 * `FUNCTION=EVENT`. Files are relative to the manifest, and of the repository. Throws a UsageError that names the table.
 */
export async function readDeclaredEvents(
  cargo: CargoMetadata,
  checkout: string,
  { lenient = false, files = 'own' }: ReadingOptions = {},
): Promise<readonly DeclaredEvent[]> {
  const tables = [
    { owner: null, manifest: join(cargo.workspace_root, 'Cargo.toml'), metadata: cargo.metadata },
    ...workspaceMembers(cargo).map(({ name, manifest_path, metadata }) => ({ owner: name, manifest: manifest_path, metadata })),
  ];
  const declared = tables.map(async ({ owner, manifest, metadata }): Promise<readonly DeclaredEvent[]> => {
    const own = metadata?.coldgate;
    const lines = typeof own === 'object' && own !== null && 'init-event' in own ? own['init-event'] : undefined;
    if (lines === undefined) return [];
    const file = relative(checkout, manifest);
    const where = `${file}: [${owner === null ? 'workspace' : 'package'}.metadata.coldgate] init-event`;
    try {
      const written = parseEvents(linesOf(lines, where), where);
      if (files === 'none') return [];
      if (files === 'own') await checkOwn(written, { manifest, checkout, where });
      const events = await readEvents(written, dirname(manifest), where);
      return events.map(({ function: name, event }) => ({ package: owner, function: name, file, ...event }));
    } catch (error) {
      if (lenient && error instanceof UsageError) return [];
      throw error;
    }
  });
  return (await Promise.all(declared)).flat();
}

function linesOf(value: unknown, where: string): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw new UsageError(`${where} is neither a string nor a list of strings; write init-event = "api-gateway-v2", or ["orders=sqs"]`);
}

interface Place {
  readonly manifest: string;
  readonly checkout: string;
  readonly where: string;
}

/** A snapshot goes into artifacts: what lies beside the repository is none of it. */
async function checkOwn(written: readonly WrittenEvent[], { manifest, checkout, where }: Place): Promise<void> {
  const folder = dirname(manifest);
  const top = await realpath(checkout);
  for (const { event } of written) {
    if (!('file' in event)) continue;
    const path = resolve(folder, event.file);
    const real = await realpath(path).catch(() => path);
    const roots = [checkout, top];
    if (!roots.some((root) => real.startsWith(`${root}${sep}`)))
      throw new UsageError(`${where} ${quoted(event.file)}: ${path} lies outside the repository; name a file of it`);
  }
}

import { ToolError } from '../../core/failures.ts';
import type { Environment } from '../../exec/run.ts';
import { digestOf } from '../../folder.ts';
import type { TracerName } from '../programs.ts';

/** How a tracer is started. */
export interface FoundTracer {
  readonly kind: 'found';
  /** The program's absolute path. */
  readonly path: string;
  /** Its first arguments: of one that a loader has to start. */
  readonly args: readonly string[];
  /** What it needs to find its own parts where it was not installed. */
  readonly env: Environment;
  /** SHA-256 of its files by their paths, where coldgate brought it: whatever runs as this user can write there. */
  readonly files: ReadonlyMap<string, string>;
}

/** A tracer, or why there is none. */
export type Tracer = FoundTracer | { readonly kind: 'missing'; readonly reason: string };

/** valgrind counts instructions, strace sees connections; local init can do without either. */
export type Tracers = Readonly<Record<TracerName, Tracer>>;

/** A ToolError where a file of a tracer that coldgate brought is another one than when it was brought. */
export async function checkTracers(tracers: Tracers): Promise<void> {
  for (const tracer of [tracers.valgrind, tracers.strace]) {
    if (tracer.kind === 'missing') continue;
    for (const [path, sha256] of tracer.files) {
      if ((await digestOf(path).catch(() => null))?.sha256 === sha256) continue;
      throw new ToolError(
        `${path} was changed by something that ran since it was brought (a build script, a function that was started): nothing that it would count is believed; remove it and run again`,
      );
    }
  }
}

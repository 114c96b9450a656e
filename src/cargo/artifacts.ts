import * as z from 'zod';
import { readShape } from '../core/shape.ts';

/** One `compiler-artifact` message: https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages */
export interface Artifact {
  /** Its package as cargo names it, alike in `cargo metadata`; empty where cargo does not say. */
  readonly id: string;
  /** The cargo package it belongs to. */
  readonly package: string;
  /** The target's name: a binary's own. */
  readonly crate: string;
  readonly kind: readonly string[];
  readonly executable: string | null;
  /** Its root file; `null` where cargo does not say. */
  readonly source: string | null;
  /** What it was compiled with; `null` where cargo does not say. */
  readonly features: readonly string[] | null;
  readonly fresh: boolean;
  /** What the unit was written to. */
  readonly files: readonly string[];
  /** The line as cargo printed it: cargo bloat is given it again. */
  readonly line: string;
}

const artifactMessage = z.object({
  reason: z.literal('compiler-artifact'),
  package_id: z.string().optional(),
  target: z.object({ name: z.string(), kind: z.array(z.string()), src_path: z.string().nullish() }),
  executable: z.string().nullish(),
  features: z.array(z.string()).nullish(),
  fresh: z.boolean().optional(),
  filenames: z.array(z.string()).optional(),
});

const scriptMessage = z.object({ reason: z.literal('build-script-executed'), out_dir: z.string() });

function readMessage<T>(shape: z.ZodType<T>, line: string): T | null {
  return line.startsWith('{') ? readShape(shape, line) : null;
}

/** The `OUT_DIR` of a build script that has run, now or before; `null` for every other line. */
export function parseScriptFolder(line: string): string | null {
  return readMessage(scriptMessage, line)?.out_dir ?? null;
}

/** Reads one line of cargo's JSON; `null` for every other message and for what a build printed itself. */
export function parseArtifact(line: string): Artifact | null {
  const message = readMessage(artifactMessage, line);
  if (message === null) return null;
  const { target, package_id: id = '', executable = null, features = null, fresh = false, filenames: files = [] } = message;
  const { name: crate, kind, src_path: source = null } = target;
  return { id, package: id === '' ? crate : packageName(id), crate, kind, executable, source, features, fresh, files, line };
}

/**
 * `registry+…#serde@1.0.2` → `serde`; `path+file:///a/health#0.1.0` → `health`: https://doc.rust-lang.org/cargo/reference/pkgid-spec.html.
 * Before cargo 1.77 it was `serde 1.0.2 (registry+…)`.
 */
export function packageName(id: string): string {
  const old = /^(\S+) \S+ \(/.exec(id)?.[1];
  if (old !== undefined) return old;
  const [address = '', fragment = ''] = id.split(/#(?=[^#]*$)/);
  const named = /^(.+)@/.exec(fragment)?.[1];
  const path = address.replace(/\?.*$/, '');
  return named ?? path.slice(path.lastIndexOf('/') + 1);
}

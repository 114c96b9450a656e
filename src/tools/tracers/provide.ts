import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, ToolError } from '../../core/failures.ts';
import type { Environment } from '../../exec/run.ts';
import type { Progress } from '../../host.ts';
import { type Distribution, distribution } from '../distribution.ts';
import { type Platform, platformOf } from '../pins.ts';
import { installBundle, sweepInstalls } from '../private-directory.ts';
import { findProgram, remedyFor, searchPath, type TracerName } from '../programs.ts';
import { tracersBundle } from './bundle.ts';
import { findStoredTracers, TRACERS_FOLDER } from './stored.ts';
import type { Tracer, Tracers } from './tracer.ts';

interface ProvideOptions {
  /** coldgate's state directory; what was brought lies in `tracers` below it. */
  readonly home: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly progress: Pick<Progress, 'step' | 'begin'>;
  readonly platform?: Platform;
  readonly machine?: Distribution | null;
}

/** valgrind and strace on PATH, which local init can do without: each found, or why it is not. */
export function findTracers(env: Environment, platform: Platform = platformOf()): Tracers {
  const find = (name: TracerName): Tracer => {
    const path = findProgram(name, searchPath(env));
    return path === null
      ? { kind: 'missing', reason: `${name} is not on PATH: ${remedyFor(name, platform)}` }
      : { kind: 'found', path, args: [], env: {}, files: new Map() };
  };
  return { valgrind: find('valgrind'), strace: find('strace') };
}

/** The same, with what was brought before in the place of what is missing. */
export async function findTracersAt(home: string, env: Environment, platform: Platform = platformOf()): Promise<Tracers> {
  const onPath = findTracers(env, platform);
  const machine = distribution();
  if (isComplete(onPath) || machine === null) return onPath;
  return filledUp(onPath, await findStoredTracers(home, platform, machine));
}

/**
 * The same, and brings what is missing from this machine's own distribution, where it is one with apt-get: a few seconds, once. It never
 * throws for want of a tool: what could not be brought says why, and what helps.
 */
export async function provideTracers(options: ProvideOptions): Promise<Tracers> {
  const { home, env, signal, progress, platform = platformOf(), machine = distribution() } = options;
  const found = await findTracersAt(home, env, platform);
  if (isComplete(found) || machine === null || !canBring(env, platform)) return found;
  const tracers = join(home, TRACERS_FOLDER);
  const bundle = tracersBundle(platform, machine);
  try {
    await mkdir(tracers, { recursive: true });
    await sweepInstalls(tracers);
    using waiting = progress.begin({ text: `bringing ${bundle.title} into ${tracers} (once, without root)`, kind: 'long' });
    await installBundle(tracers, bundle, { env, signal });
    const stored = await findStoredTracers(home, platform, machine);
    if (stored === null) throw new ToolError(`what was brought into ${tracers} cannot be read`);
    const versions = Object.entries(stored.packages).map(([name, version]) => `${name} ${version}`);
    waiting.done(`brought ${versions.join(' and ')} into ${tracers}`);
    return filledUp(found, stored);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const why = messageOf(error);
    // The Action alone brings anything.
    return reasoned(
      found,
      (name) => `${name} is not on PATH, and bringing it failed (${why}): ${remedyFor(name, platform)} in a step before this one`,
    );
  }
}

function canBring(env: Environment, platform: Platform): boolean {
  const path = searchPath(env);
  return platform.startsWith('linux') && ['apt-get', 'dpkg-deb'].every((name) => findProgram(name, path) !== null);
}

/** Whether nothing is missing. */
export function isComplete({ valgrind, strace }: Tracers): boolean {
  return valgrind.kind === 'found' && strace.kind === 'found';
}

function filledUp(onPath: Tracers, stored: Awaited<ReturnType<typeof findStoredTracers>>): Tracers {
  const pick = (name: TracerName): Tracer => (onPath[name].kind === 'found' ? onPath[name] : (stored?.[name] ?? onPath[name]));
  return { valgrind: pick('valgrind'), strace: pick('strace') };
}

function reasoned(tracers: Tracers, reasonOf: (name: TracerName) => string): Tracers {
  const pick = (name: TracerName): Tracer => (tracers[name].kind === 'found' ? tracers[name] : { kind: 'missing', reason: reasonOf(name) });
  return { valgrind: pick('valgrind'), strace: pick('strace') };
}

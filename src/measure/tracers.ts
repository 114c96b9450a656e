import { join } from 'node:path';
import { tracersKey } from '../cache/keys.ts';
import type { Host } from '../host.ts';
import { distribution } from '../tools/distribution.ts';
import { findTracersAt, isComplete, provideTracers } from '../tools/tracers/provide.ts';
import { TRACERS_FOLDER } from '../tools/tracers/stored.ts';
import type { Tracers } from '../tools/tracers/tracer.ts';
import { bring } from './bring.ts';

/**
 * valgrind and strace of this machine, or those that were brought before. Where the host asks for it what is missing is brought: from the
 * remote store, else from the distribution.
 */
export async function openTracers(host: Host): Promise<Tracers> {
  const { home, env, signal, progress, bringsTracers = false } = host;
  const found = await findTracersAt(home, env);
  if (isComplete(found) || !bringsTracers) return found;
  const machine = distribution();
  if (machine !== null) await bring(host, join(home, TRACERS_FOLDER), tracersKey(machine, null));
  return provideTracers({ home, env, signal, progress });
}

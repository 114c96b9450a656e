import type { Host } from '../host.ts';
import { type GivenEvent, readEvents } from '../init/events/read-events.ts';
import type { InitOptions } from './init.ts';

/** The same, with the events' files read: before anything is built. Relative paths are from where coldgate was started. */
export async function withEvents(options: InitOptions, { cwd, nameOf }: Pick<Host, 'cwd' | 'nameOf'>): Promise<InitOptions<GivenEvent>> {
  if (options.kind === 'off') return options;
  return { ...options, events: await readEvents(options.events, cwd, nameOf('init-event')) };
}

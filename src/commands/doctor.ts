import type { Command } from '../options/command.ts';
import { renderDoctor } from '../report/terminal/doctor.ts';
import { renderRights } from '../report/terminal/rights.ts';
import { type InspectOptions, inspectTools, type ToolStatus } from '../tools/toolbox.ts';
import type { Io } from './io.ts';

/** `coldgate doctor`: looks at every tool, installs none; with `--aws` it tries the rights of cold starts, too. */
export async function performDoctor({ aws }: Extract<Command, { readonly verb: 'doctor' }>, io: Io): Promise<number> {
  const { host, screen, write } = io;
  const { home, env, cwd } = host;
  const { statuses, ok } = await diagnose({ home, env, cwd });
  write(renderDoctor(statuses, { ...screen, columns: screen.columns ?? 80 }));
  if (aws === null) return ok ? 0 : 3;
  const { tryRights } = await import('../cold-start/rights.ts');
  const tried = await tryRights(aws, host);
  write(`\n${renderRights(tried, screen)}`);
  return ok && tried.every(({ state }) => state === 'allowed' || state === 'optional') ? 0 : 3;
}

/** `ok`: a check can run here; tools that coldgate brings by itself do not count as missing. */
export async function diagnose(options: InspectOptions): Promise<{ readonly statuses: readonly ToolStatus[]; readonly ok: boolean }> {
  const statuses = await inspectTools(options);
  return { statuses, ok: statuses.every(({ state }) => state !== 'missing') };
}

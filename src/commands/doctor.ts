import { renderDoctor } from '../report/terminal/doctor.ts';
import { type InspectOptions, inspectTools, type ToolStatus } from '../tools/toolbox.ts';
import type { Io } from './io.ts';

/** `coldgate doctor`: looks at every tool, installs none. */
export async function performDoctor({ host: { home, env, cwd }, screen, write }: Io): Promise<number> {
  const { statuses, ok } = await diagnose({ home, env, cwd });
  write(renderDoctor(statuses, { ...screen, columns: screen.columns ?? 80 }));
  return ok ? 0 : 3;
}

/** `ok`: a check can run here; tools that coldgate brings by itself do not count as missing. */
export async function diagnose(options: InspectOptions): Promise<{ readonly statuses: readonly ToolStatus[]; readonly ok: boolean }> {
  const statuses = await inspectTools(options);
  return { statuses, ok: statuses.every(({ state }) => state !== 'missing') };
}

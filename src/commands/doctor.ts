import { type InspectOptions, inspectTools, type ToolStatus } from '../tools/toolbox.ts';

export interface Diagnosis {
  readonly statuses: readonly ToolStatus[];
  /** Whether a check can run here; tools that coldgate brings by itself do not count as missing. */
  readonly ok: boolean;
}

/** `coldgate doctor`: looks at every tool, installs none. */
export async function doctor(options: InspectOptions): Promise<Diagnosis> {
  const statuses = await inspectTools(options);
  return { statuses, ok: statuses.every((status) => status.state !== 'missing') };
}

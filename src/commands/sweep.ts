import { sweep } from '../measure/cold-start.ts';
import type { Command } from '../options/command.ts';
import type { Io } from './io.ts';

/** `coldgate sweep`: deletes the scratch functions on AWS whose run was killed: all that expired, or with `--run` those of one run at once. */
export async function performSweep({ prefix, run }: Extract<Command, { readonly verb: 'sweep' }>, { host, write }: Io): Promise<number> {
  const { deleted, kept, failed, withoutLayers } = await sweep(prefix, run, host);
  const lines = [
    ...deleted.map((name) => `deleted ${name}`),
    ...kept.map(({ name, reason }) => `kept ${name}: ${reason}`),
    ...failed.map(({ name, reason }) => `failed ${name}: ${reason}`),
    ...(withoutLayers === null ? [] : [`layers were not looked for, which extensions alone need: ${withoutLayers}`]),
  ];
  write(`${[...lines, `${deleted.length} deleted, ${kept.length} kept, ${failed.length} failed`].join('\n')}\n`);
  return failed.length === 0 ? 0 : 3;
}

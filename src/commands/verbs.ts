import type { Command } from '../options/command.ts';
import { renderHelp } from '../options/help.ts';
import { VERSION } from '../version.ts';
import type { Io } from './io.ts';

/** Performs a verb and answers the exit code. Its code is loaded when it is asked for: `--help` and a usage error start nothing else. */
export async function perform(command: Command, io: () => Io, write: Io['write']): Promise<number> {
  switch (command.verb) {
    case 'help':
      write(renderHelp(command.of));
      return 0;
    case 'version':
      write(`coldgate ${VERSION}\n`);
      return 0;
    case 'doctor':
      return (await import('./doctor.ts')).performDoctor(command, io());
    case 'sweep':
      return (await import('./sweep.ts')).performSweep(command, io());
    case 'history':
      return (await import('./history.ts')).performHistory(command, io());
    case 'advise':
      return (await import('./advise.ts')).performAdvise(command, io());
    case 'bisect':
      return (await import('./bisect.ts')).performBisect(command, io());
    case 'log':
      return (await import('./log.ts')).performLog(command, io());
    case 'demo':
      return (await import('./demo.ts')).performDemo(command, io());
    case 'measure':
      return (await import('./measure.ts')).performMeasure(command, io());
    case 'check':
      return (await import('./check.ts')).performCheck(command, io());
    case 'compare':
      return (await import('./compare.ts')).performCompare(command, io());
  }
}

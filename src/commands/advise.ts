import { advise } from '../advise/advise.ts';
import type { Command } from '../options/command.ts';
import { renderAdvice } from '../report/terminal/advice.ts';
import { checkAdviceFolder, writeAdvice } from './advice-files.ts';
import type { Io } from './io.ts';
import { checkFolder } from './report-files.ts';

/** `coldgate advise`: what was tried, what each saves, and patches. Exit code 0, whether or not anything helps. */
export async function performAdvise(command: Extract<Command, { readonly verb: 'advise' }>, { host, screen, write }: Io): Promise<number> {
  if (command.output !== null) {
    await checkFolder('output', command.output, host);
    await checkAdviceFolder(command.output, host.cwd);
  }
  const advice = await advise(command, host);
  const commands = command.output === null ? new Map<string, string>() : await writeAdvice(advice, command.output, host.cwd);
  write(renderAdvice(advice, { ...screen, commands }));
  return 0;
}

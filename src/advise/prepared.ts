import { join } from 'node:path';
import { runPrepare } from '../cargo/prepare.ts';
import type { Revision } from '../git/repository.ts';
import type { MeasureContext } from '../measure/context.ts';

/** Switches the checkout to a revision, with what the option `prepare` brings: what asks cargo, and the team's command, find what a build finds. */
export async function switchPrepared(context: MeasureContext, revision: Revision): Promise<void> {
  await context.checkout.switchTo(revision);
  await prepareHere(context);
}

/** Runs the option `prepare`, where there is one, in the checkout as it is. */
export async function prepareHere({ request, checkout, user, env, guard, host }: MeasureContext): Promise<void> {
  if (request.prepare === null) return;
  using waiting = host.progress.begin({ text: `preparing: ${request.prepare}`, kind: 'long' });
  const onLine = (line: string): void => waiting.tell(null, line);
  const folder = join(checkout.path, user.prefix);
  await runPrepare(request.prepare, { folder, env, source: user.top, guard, onLine, option: host.nameOf('prepare') });
  waiting.done(null);
}

import { ToolError, UsageError } from '../core/failures.ts';
import type { Environment } from '../exec/run.ts';
import { failureKind } from './aws-failure.ts';
import { systemClock } from './clock.ts';
import { Lambda } from './lambda.ts';
import type { AwsOptions } from './options.ts';
import type { ColdStartHost } from './run.ts';

/**
 * Before minutes of building: is there a region, are there credentials, and does AWS take them? A ToolError that says what to do. Trouble that
 * may be over by then, and rights that are missing, are left to the sampling and to `coldgate doctor --aws`.
 */
export async function checkAws(
  host: ColdStartHost & { readonly env: Environment },
  aws: AwsOptions = {},
  /** Functions that scratch functions are to be like; a UsageError names one that is not there. */
  deployed: readonly string[] = [],
): Promise<void> {
  if (host.env.AWS_REGION?.trim() === '')
    throw new ToolError(
      'AWS_REGION is set and empty: give it a region such as eu-central-1 (in a workflow its expression came to nothing), or leave it unset',
    );
  using lambda = new Lambda({ ...aws, signal: host.signal, clock: systemClock, rng: Math.random });
  await lambda.region();
  try {
    await lambda.signIn();
  } catch (error) {
    if (!(error instanceof ToolError) || failureKind(error.cause) === 'credentials') throw error;
    host.progress.step(`AWS could not be asked before the builds: ${error.message}`);
    return;
  }
  for (const name of new Set(deployed)) {
    const found = await lambda.configuration(name).catch((error: unknown) => {
      if (error instanceof ToolError) return undefined;
      throw error;
    });
    if (found === null)
      throw new UsageError(`there is no function ${name} in this account and region that scratch functions could be like`);
  }
}

import { ToolError } from '../core/failures.ts';
import { deniedRight, failureKind } from './aws-failure.ts';

/** A right, and whether it is there. */
export interface Tried {
  /** `lambda:CreateFunction` */
  readonly action: string;
  readonly resource: string;
  readonly state: 'allowed' | 'missing' | 'unknown' | 'optional';
  /** What AWS said, or why it could not be tried. */
  readonly said: string;
}

export const ALLOWED = { state: 'allowed', said: '' } as const;

/** What became of one call; where AWS names another right than the call's own, that one, and that the call's is not known. */
export async function outcomeOf(call: Pick<Tried, 'action' | 'resource'>, run: () => Promise<unknown>): Promise<readonly Tried[]> {
  try {
    await run();
    return [{ ...call, ...ALLOWED }];
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const kind = failureKind(error.cause);
    // It is allowed, and there is nothing to do it with.
    if (kind === 'not-found' || kind === 'conflict') return [{ ...call, ...ALLOWED }];
    if (kind !== 'denied') return [{ ...call, state: 'unknown', said: error.message }];
    const right = deniedRight(error.cause, call);
    const missing = { ...right, state: 'missing', said: error.message } as const;
    if (right.action === call.action) return [missing];
    return [missing, { ...call, state: 'unknown', said: `${right.action} is missing, which it needs` }];
  }
}

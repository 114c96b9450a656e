import { ToolError } from '../core/failures.ts';
import type { Sampled } from './tally.ts';

/** What AWS ended in the middle: why, as a ToolError of it says, and what was seen until then. */
export class BrokenOff extends ToolError {
  readonly sampled: Sampled;

  constructor({ message, cause }: ToolError, sampled: Sampled) {
    super(message, { cause });
    this.sampled = sampled;
  }
}

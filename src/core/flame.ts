/** A function where it was called from. Figures are instructions with everything it called; children never have more than their parent. */
export interface FlameNode {
  readonly name: string;
  /** The crate, or the file name of a library. */
  readonly crate: string;
  /** 0 for what that side did not call here, and for every node where there is no base. */
  readonly base: number;
  readonly head: number;
  readonly children: readonly FlameNode[];
}

/** The name, without a crate, of the node that gathers what every process does before the user's `main`. No function has an empty crate. */
export const PROCESS_START = 'process start';

/** The same of the node beside init's that gathers what was done from the first event to its answer. */
export const FIRST_RESPONSE = 'first response';

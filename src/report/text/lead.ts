/** The words a sentence may begin with, the worst first. */
export const LEADS = [
  'fail',
  'not checked',
  'warning',
  'accepted',
  'pass',
  'no comparison',
  'first measurement',
  'not judged',
  'no change',
] as const;
export type Lead = (typeof LEADS)[number];

/** A sentence before its lead and its text are joined by a colon. */
export interface Sentence {
  readonly lead: Lead;
  readonly text: string;
  /** The same at a glance, for a title with the tone's icon before it: `health starts slower: 3.10 ms → 9.90 ms here, 64 times the instructions`. */
  readonly title: string;
}

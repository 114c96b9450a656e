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

/** A sentence before its two parts are joined by a colon. */
export interface Sentence {
  readonly lead: Lead;
  readonly text: string;
}

import type { Outcome } from '../../core/model/outcome.ts';
import { breachLines } from './breach.ts';
import type { TextStyle } from './escape.ts';

/** Who accepted which breaches, when, and in which words; `null` where nothing was accepted. The words are data of a person's. */
export function acceptedText(outcome: Outcome, style: TextStyle): string | null {
  const { verdict } = outcome;
  if (verdict.status !== 'accepted') return null;
  const { by, at, reason } = verdict.acceptance;
  const words = reason === null ? '' : `, who wrote “${style.prose(reason)}”`;
  return `by ${style.name(`@${by}`)} at ${style.prose(at)}${words}: ${breachLines(outcome, style).join('; ')}`;
}

import { slackLimits } from '../../core/judge/slack.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { renderAmount } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { boundWords, capped, metricWord, sourceText } from './limits.ts';

/** `package: limit 5 MB, 1.2 MB unused since this change: Cargo.toml:12 could say "zip: 3.9 MB"`. */
export function slackLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const lines = slackLimits(outcome).map(({ limit, function: name, unused, proposed }) => {
    const many = outcome.comparison.functions.length > 1;
    const what = `${many ? `${style.name(name)}'s ` : ''}${metricWord(limit.metric, style)}`;
    const { kind } = limit.source;
    const where = kind === 'input' || kind === 'default' ? sourceText(limit.source) : style.name(sourceText(limit.source));
    return `${what}: limit ${boundWords(limit, style)}, ${renderAmount(unused, limit.dimension)} unused since this change: ${where} could say ${style.name(proposed)}`;
  });
  return capped(lines, 'limit');
}

export const SLACK_HEADING = 'Limits with room to tighten';

import { describe, expect, it } from 'vitest';
import { isNoticed, parseMinimum } from '../../src/core/judge/noticed.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { bytes } from '../../src/core/units.ts';
import { renderJson } from '../../src/report/json/json.ts';
import { renderMarkdown } from '../../src/report/markdown/markdown.ts';
import { renderTerminal } from '../../src/report/terminal/terminal.ts';
import { verdictSentence } from '../../src/report/text/sentence.ts';
import { toneOf } from '../../src/report/text/tone.ts';
import { aFirstResponse } from '../core/builders.ts';
import { answering, startOf } from './first-response-outcomes.ts';

function withStatuses(base: number | null, head: number | null): Outcome {
  const start = (status: number | null) => startOf(false, aFirstResponse({ answer: { kind: 'response', bytes: bytes(86), status } }));
  return answering({ base: start(base), head: start(head) }, ['zip: 5 MB']);
}

const TOLD = 'health answers its first request with 404, base with 200: their figures are of two different answers';

describe('an answer of another status', () => {
  it('that is an error of the client’s at head alone is a warning, first of all', () => {
    const outcome = withStatuses(200, 404);
    expect(outcome.verdict.status).toBe('pass');
    expect(toneOf(outcome)).toBe('doubtful');
    expect(verdictSentence(outcome)).toMatch(/^warning: health answers its first request with 404, base with 200; .* left$/);
    const markdown = renderMarkdown(outcome);
    expect(markdown).toMatch(/^### coldgate · ⚠️ `health` answers its first request with 404, base with 200\n/);
    expect(markdown).toContain(`- ${TOLD.replace('health', '`health`')}`);
    expect(markdown).toContain('first response (`api-gateway-v2`, answered with 404)');
    expect(renderTerminal(outcome, { columns: 200, colour: false })).toContain(TOLD);
    expect(isNoticed(outcome, parseMinimum('1 MB & 50%', 'test'))).toBe(true);
    expect(JSON.parse(renderJson(outcome)).functions[0].firstResponse.statuses).toEqual({ base: 200, head: 404 });
  });

  it.each([
    [404, 200],
    [200, 204],
    [null, 200],
    [404, 403],
  ])('from %s to %s is told, and nobody is warned', (base, head) => {
    const outcome = withStatuses(base, head);
    expect(toneOf(outcome)).toBe('good');
    expect(verdictSentence(outcome)).toMatch(/^pass: /);
    const before = base === null ? 'without a status' : `with ${base}`;
    expect(renderMarkdown(outcome)).toContain(`\`health\` answers its first request with ${head}, base ${before}`);
  });

  it.each([
    [200, 200],
    [null, null],
    [404, 404],
  ])('is none where both answer with %s', (base, head) => {
    const outcome = withStatuses(base, head);
    expect(toneOf(outcome)).toBe('good');
    expect(renderMarkdown(outcome)).not.toContain('answers its first request with');
    expect(isNoticed(outcome, parseMinimum('1 MB & 50%', 'test'))).toBe(false);
  });
});

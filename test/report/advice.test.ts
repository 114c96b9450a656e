import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Advice } from '../../src/core/advise/advice.ts';
import type { MeasuredOutcome, Outcome, Remedy } from '../../src/core/advise/remedy.ts';
import type { Tried } from '../../src/core/advise/together.ts';
import { adviceJsonSchema, renderAdviceJson } from '../../src/report/json/advice.ts';
import { renderAdviceMarkdown } from '../../src/report/markdown/advice.ts';
import { renderAdvice } from '../../src/report/terminal/advice.ts';
import { aMeasuredOutcome, anAdvice, aRemedy } from '../core/advise/builders.ts';

const BASE = { zip: 1_000_000, binary: 2_000_000, instructions: 400_000, faults: 140, memory: 4_000_000 };

const remedy = (title: string): Remedy => aRemedy(title, { behaviour: 'a feature is gone' });

function measured(patch: string, more: Partial<MeasuredOutcome> = {}): Outcome {
  return aMeasuredOutcome({ ...BASE, zip: 900_000 }, { patch, link: 'dynamic', ...more });
}

const advice = (rows: readonly Tried[]): Advice => anAdvice(BASE, rows);

it('says on a screen how many remedies were tried, and not that the untried were', () => {
  const done = { remedy: remedy('lto'), outcome: measured('+a\n') };
  const left = { remedy: remedy('opt'), outcome: { kind: 'not-tried', reason: 'the budget was used up' } as const };
  const lead = (...rows: readonly (typeof done | typeof left)[]): string =>
    renderAdvice(advice(rows), { columns: 200, colour: false, commands: new Map() }).split('\n')[0] ?? '';
  expect(lead(done, left)).toBe('orders at aaaaaaa: 1 of 2 remedies tried in 1 min 0 s, then the budget was used up; 1 saves package.');
  expect(lead(done)).toBe('orders at aaaaaaa: 1 remedy tried in 1 min 0 s; 1 saves package.');
});

describe('advice in a comment', () => {
  it('has the patch to the letter, tabs too, in a fence that nothing in it ends', () => {
    const patch = 'diff --git a/Cargo.toml b/Cargo.toml\n \tfeatures = [\n # ````\n-# </details> @everyone\n';
    const text = renderAdviceMarkdown(advice([{ remedy: remedy('axum: without json'), outcome: measured(patch) }]), 16_000) ?? '';
    expect(text).toContain(`\n\`\`\`\`\`diff\n${patch.trimEnd()}\n\`\`\`\`\`\n`);
    expect(text).toContain('| `axum: without json` | −10 % | 0 | 0 | 0 | 0 |');
  });

  it('ends the patch where git does: the blank line of the file that is its last is one of those that it counts', () => {
    const patch = '@@ -1,3 +1,3 @@\n-a = 1\n+a = 2\n b = 3\n \n';
    const tried = advice([{ remedy: remedy('a'), outcome: measured(patch) }]);
    expect(renderAdviceMarkdown(tried, 16_000)).toContain(`\n\`\`\`diff\n${patch}\`\`\`\n`);
    expect(renderAdvice(tried, { columns: 80, colour: false, commands: new Map() }).endsWith(`\n\n${patch}`)).toBe(true);
  });

  it.each([
    ['too long', `+${'x'.repeat(20_000)}`],
    ['with what nobody sees', '+lto = "fat"\u202e'],
    ['with a terminal’s commands', '+\u001b[2J'],
    ['with another way to steer a terminal', '+# \u009b2J'],
    ['with line ends that a screen loses', '+lto = "fat"\r\n'],
  ])('leaves a patch out that is %s, and says who writes it', (what, patch) => {
    const tried = advice([{ remedy: remedy('lto'), outcome: measured(patch) }]);
    const text = renderAdviceMarkdown(tried, 16_000) ?? '';
    expect(text).toContain('`coldgate advise` writes it');
    expect(text).not.toContain(patch);
    const screen = renderAdvice(tried, { columns: 80, colour: false, commands: new Map() });
    expect(screen.includes(patch)).toBe(what === 'too long');
    if (what !== 'too long') expect(screen).toContain('-o DIR writes it to a file');
  });

  it('gives names of a pull request no power', () => {
    const hostile = remedy('a|`b`</details><img src=x> @everyone');
    const text = renderAdviceMarkdown(advice([{ remedy: hostile, outcome: measured('+x') }]), 16_000) ?? '';
    const outside = text.replaceAll(/(`+)[^\n]*?\1/g, '');
    expect(outside).not.toMatch(/<img|@everyone/);
    expect(outside.match(/<\/details>/g)).toHaveLength(1);
  });

  it('tells nothing where nothing helps, nor what Lambda does not take or the team’s command fails with', () => {
    const rows = [
      { remedy: remedy('larger'), outcome: measured('+x', { figures: { ...BASE, zip: 1_100_000 } }) },
      { remedy: remedy('too new'), outcome: measured('+x', { unfit: 'it needs glibc 2.36' }) },
      { remedy: remedy('broken'), outcome: measured('+x', { verified: { kind: 'failed', said: 'assertion failed' } }) },
      { remedy: remedy('not built'), outcome: { kind: 'not-built', reason: 'E0432' } as const },
    ];
    expect(renderAdviceMarkdown(advice(rows), 16_000)).toBeNull();
    const text = renderAdvice(advice(rows), { columns: 80, colour: false, commands: new Map() });
    expect(text).toContain('NOT FOR LAMBDA: it needs glibc 2.36.');
    expect(text).toContain('NOT TO BE TAKEN');
    expect(text).toContain('– not built: does not build here: E0432');
    expect(text).not.toContain('Patch of');
  });
});

it.each([60, 80, 120])('advice in a terminal of %i columns stays within them', (columns) => {
  const long = remedy(`${'some-dependency-with-a-long-name'}: default features without another-long-feature-name`);
  const text = renderAdvice(advice([{ remedy: long, outcome: measured('+x') }]), {
    columns,
    colour: false,
    commands: new Map([[long.id, 'git apply advice/01.patch']]),
  });
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
});

describe('advice.json', () => {
  it('is as its schema says, whatever came out', () => {
    const rows = [
      { remedy: remedy('lto'), outcome: measured('+x') },
      {
        remedy: remedy('broken'),
        outcome: measured('+x', { verified: { kind: 'failed', said: 'assertion failed' }, unfit: 'it needs glibc 2.36' }),
      },
      ...(['refused', 'not-built', 'not-started', 'no-effect', 'not-tried'] as const).map((kind) => {
        return { remedy: { ...remedy(kind), behaviour: null }, outcome: { kind, reason: 'why' } };
      }),
    ];
    const [one, other] = rows.map(({ remedy: { title } }) => ({ title, change: -1_000 }));
    if (one === undefined || other === undefined) throw new Error('two rows');
    const best = { remedies: rows.slice(0, 1).map((row) => row.remedy), outcome: measured('+x') };
    const combination = { best, harms: [{ one, other, together: 200 }], leftOut: new Map([['broken', 'nobody has verified it']]) };
    const written = JSON.parse(renderAdviceJson({ ...advice(rows), combination, verify: 'cargo test' }));
    const validate = new Ajv2020({ validateFormats: false }).compile(adviceJsonSchema());
    expect(validate(written), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...written, remedies: [{}] })).toBe(false);
    expect(written.remedies.map(({ id, notTogether }: { id: string; notTogether: string | null }) => [id, notTogether])).toEqual(
      rows.map(({ remedy: { id } }) => [id, id === 'broken' ? 'nobody has verified it' : null]),
    );
    expect(written.remedies[0]).not.toHaveProperty('edits');
    expect(written.together).toMatchObject({ remedies: ['lto'], outcome: { patch: '+x' } });
    expect(written.harms).toEqual([{ one, other, together: 200 }]);
  });
});

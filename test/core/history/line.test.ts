import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyJsonSchema, MAX_LINE_LENGTH, readLine, renderLine } from '../../../src/core/history/line.ts';
import { aLine, line } from './lines.ts';

describe('a line of the history', () => {
  it('reads for a person: when and what, then figures, then what tells it apart', () => {
    expect(renderLine(aLine({ tags: ['v1.2.0'], bumps: [{ name: 'aws-config', from: '1.5.18', to: '1.6.0' }] }))).toBe(
      [
        '{"schema":"coldgate/history@1","time":"2026-11-27T12:00:00Z",',
        `"commit":"${'a'.repeat(40)}","subject":"Read the table once","tags":["v1.2.0"],`,
        '"function":"health","crate":"health","leg":"default","arch":"x86_64","profile":"release",',
        '"figures":{"zip":919107,"unzipped":1892672,"init.instructions":398212},"spread":{"init.instructions":[398210,398215]},',
        '"bumps":[{"name":"aws-config","from":"1.5.18","to":"1.6.0"}],',
        `"sha256":"${'c'.repeat(64)}","base":"${'b'.repeat(40)}",`,
        '"tools":{"coldgate":"0.1.0","cargoLambda":"1.9.2","rustc":"rustc 1.95.0 (59807616e 2026-04-14)","cLibrary":"glibc 2.39"},',
        '"written":"2026-11-27T12:10:00Z"}',
      ].join(''),
    );
  });

  it('is read as it was written, whatever it holds, and is one line', () => {
    const validate = new Ajv2020({ validateFormats: false }).compile(historyJsonSchema());
    fc.assert(
      fc.property(line, (one) => {
        const text = renderLine(one);
        expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(readLine(text)).toEqual({ line: one });
        expect(validate(JSON.parse(text))).toBe(true);
      }),
    );
  });

  it.each(['null', '5', '"x"', '[]'])('is an object: %s', (text) => {
    expect(readLine(text)).toEqual({ mistake: 'no JSON object' });
  });

  it('shows marks that reorder text instead of obeying them', () => {
    const text = renderLine(aLine({ subject: 'safe \u202etxt.exe\u2028' }));
    expect(text).toContain('"safe \\u202etxt.exe\\u2028"');
    expect(readLine(text)).toMatchObject({ line: { subject: 'safe \u202etxt.exe\u2028' } });
  });

  it('of any other text says what is wrong with it, and never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => 'mistake' in readLine(text)));
  });

  it('cut anywhere is none', () => {
    const text = renderLine(aLine());
    for (let length = 0; length < text.length; length++) expect(readLine(text.slice(0, length))).toHaveProperty('mistake');
  });

  it.each([
    ['another version', { schema: 'coldgate/history@2' }, 'of coldgate/history@2, and this coldgate reads coldgate/history@1'],
    ['no such field', { branch: 'main' }, 'the line: Unrecognized key: "branch"'],
    ['a short SHA', { commit: 'abc1234' }, /^commit: /],
    ['a day that is none', { time: '2026-02-30T00:00:00Z' }, /^time: /],
    ['another zone', { time: '2026-11-27T12:00:00+01:00' }, /^time: /],
    ['a figure that is none', { figures: { zip: '1 MB' } }, /^figures\.zip: /],
    ['a figure below 0', { figures: { zip: -1 } }, /^figures\.zip: /],
    ['what no metric is called', { figures: { __proto__x: 1 } }, /^figures\./],
    ['too long a subject', { subject: 'x'.repeat(201) }, /^subject: /],
  ])('with %s says so', (_, fields, mistake) => {
    const read = readLine(JSON.stringify({ ...aLine(), ...fields }));
    expect('mistake' in read ? read.mistake : '').toMatch(mistake);
  });

  it('longer than any that is written is not looked at', () => {
    expect(readLine(`"${'x'.repeat(MAX_LINE_LENGTH)}"`)).toEqual({ mistake: 'longer than 100000 characters' });
  });
});

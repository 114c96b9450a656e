import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tableRow } from '../../src/report/markdown/details.ts';
import { breakable, CELL, codeBlock, codeSpan, link, logText, MARKDOWN, PLAIN, unbroken, visible } from '../../src/report/text/escape.ts';
import { cellsOf, outsideCode } from './gfm.ts';

/** Any text, with the characters that mean something to Markdown, GitHub or a terminal far more often than chance has them. */
const SPECIAL = [
  '`',
  '``',
  '|',
  '\\',
  '\\|',
  '\n',
  '\r',
  '\t',
  '@user',
  '#1',
  '<b>',
  '<!--',
  '-->',
  '**',
  '_',
  '~~',
  '[',
  '](',
  '\u202e',
  '\u001b[2J',
  '\ud800',
  '://',
  ' ',
  '&amp;',
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(fc.oneof(fc.constantFrom(...SPECIAL), fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 60 })
    .map((parts) => parts.join('')),
);
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('visible', () => {
  test('shows what cannot be seen', () => {
    expect(visible('a\nb\t\u202egnp.exe\u001b[31m')).toBe('a\\nb\\t\\u{202e}gnp.exe\\u{1b}[31m');
    expect(visible('na\u00efve \u{1f980}')).toBe('na\u00efve \u{1f980}');
  });

  test('any text becomes one line of seen characters within the maximum', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 150 }), (text, maximum) => {
        const shown = visible(text, maximum);
        expect(shown).not.toMatch(UNSEEN);
        expect(shown.length).toBeLessThanOrEqual(maximum);
      }),
    );
  });
});

describe('codeSpan', () => {
  test.each([
    ['health', '`health`'],
    ['', '(empty)'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['```', '```` ``` ````'],
    [' a ', '`  a  `'],
    ['a|b', '`a|b`'],
    ['@user #1 <b>', '`@user #1 <b>`'],
  ])('%j is %s', (text, span) => {
    expect(codeSpan(text)).toBe(span);
  });

  test('escapes pipes in a table', () => {
    expect(codeSpan('a|b', { table: true })).toBe('`a\\|b`');
    expect(codeSpan('a\\|b', { table: true })).toBe('`a\\u{5c}\\|b`');
  });

  test('any text in a row leaves the number of cells as it is and nothing outside of its code span', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, two) => {
        const row = tableRow([CELL.name(one), CELL.name(two), '1 kB', CELL.prose(two)]);
        expect(cellsOf(row)).toHaveLength(4);
        // Renderers differ on a backslash before a pipe: every pipe has exactly one before it, or is a border.
        expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
        expect(row).not.toMatch(UNSEEN);
        // A sentence is plain where nothing in it could mean anything, as outside of tables.
        const plain = outsideCode(MARKDOWN.prose(two)).trim();
        for (const cell of cellsOf(row)) expect(['', '(empty)', '1 kB', plain]).toContain(outsideCode(cell));
      }),
    );
  });
});

describe('prose', () => {
  test.each([
    'rustc 1.94.0 at base, rustc 1.95.0 at head',
    "a build that needs them takes --prepare 'git lfs pull'",
    'set RUSTC_WRAPPER in the environment',
    '+5% & +50 kB',
    'head: the second link failed',
  ])('%j stays as it is', (text) => {
    expect(MARKDOWN.prose(text)).toBe(text);
  });

  test.each([
    'by @octocat',
    'fixes #1',
    'see GH-1',
    'see https://e.vil',
    'at www.e.vil',
    'in deadbeef1',
    '**x**',
    '_x_',
    '<b>',
    'a&amp;b',
    ':tada:',
    '`x',
    '$x$',
    '',
  ])('%j does not', (text) => {
    expect(outsideCode(MARKDOWN.prose(text))).toMatch(/^(?:|\(empty\))$/);
  });

  test('no text gets anything that means something outside a code span', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const rest = outsideCode(MARKDOWN.prose(text));
        expect(rest).not.toMatch(/[@#<>[\]`*|~\\$]|:\/\/|:\w/);
        expect(rest).not.toMatch(UNSEEN);
      }),
    );
  });
});

test.each([
  ['https://github.com/o/r/actions/runs/1?x=a_b#summary', '[all](https://github.com/o/r/actions/runs/1?x=a_b#summary)'],
  ['https://e.vil/) @x <b>`|\n\ud800', '[all](https://e.vil/%29%20@x%20%3Cb%3E%60%7C%0A%EF%BF%BD)'],
])('the address %j stays in its link', (url, text) => {
  expect(link('all', url)).toBe(text);
});

test('a code block cannot be closed from inside', () => {
  expect(codeBlock('a\n```\n@x\u001b', 'sh')).toBe('````sh\na\n```\n@x\\u{1b}\n````');
});

test('plain text is no workflow command', () => {
  expect(PLAIN.name(' ::error::x')).toBe('\\u{3a}:error::x');
  expect(PLAIN.prose('x ##[group]y')).toBe('x #\\u{23}[group]y');
  expect(PLAIN.name('core::fmt::write')).toBe('core::fmt::write');
});

test('no line of a log is a command of the runner, whatever ends it or stands before it', () => {
  const piece = fc.constantFrom(
    '::',
    ':',
    '##[',
    '#',
    '[',
    'error',
    ' title=x',
    ']',
    ' ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\v',
    '\f',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\u200b',
    '\u3000',
    '\ufeff',
    'x',
  );
  const texts = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, (text) => {
      const log = logText(text);
      expect(log).not.toContain('##[');
      // .NET's white space is less than this.
      for (const line of log.split(/[\n\v\f\r\u0085\u2028\u2029]/)) expect(line).not.toMatch(/^[\s\u0085\u200b\ufeff]*::/);
    }),
    { numRuns: 2_000 },
  );
  expect(logText('  a\n\tb::c\n')).toBe('  a\n\\tb::c\n');
});

test('a figure stays in one piece, a command as it is', () => {
  expect(unbroken('package +61.2 kB (+6.9 %) to 948 kB')).toBe('package +61.2\u00a0kB\u00a0(+6.9\u00a0%) to 948\u00a0kB');
  expect(unbroken('398 k · 3.10 ms')).toBe('398\u00a0k\u00a0·\u00a03.10\u00a0ms');
  expect(unbroken('`sleep 5 s`')).toBe('`sleep 5 s`');
  expect(unbroken('`a 5 s` takes 5 s')).toBe('`a 5 s` takes 5\u00a0s');
  expect(breakable(unbroken('398 k · 3.10 ms'))).toBe('398 k · 3.10 ms');
});

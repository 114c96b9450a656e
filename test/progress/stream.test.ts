import { describe, expect, it } from 'vitest';
import { harmless, isLive, wantsColour } from '../../src/progress/stream.ts';

describe('colour', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ TERM: 'xterm-256color' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: 'false' }, true, false],
    [{ FORCE_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: 'true', NO_COLOR: '1' }, false, true],
  ])('%j on a terminal: %s, is %s', (env, isTerminal, wanted) => {
    expect(wantsColour(env, isTerminal)).toBe(wanted);
  });
});

describe('a line that is rewritten', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ TERM: 'dumb' }, true, false],
    [{ NO_COLOR: '1' }, true, true],
    [{ FORCE_COLOR: '1' }, false, false],
    [{ CI: 'true' }, true, false],
    [{ CI: '1' }, true, false],
    [{ CI: '' }, true, true],
    [{ CI: 'false' }, true, true],
  ])('%j on a terminal: %s, is %s', (env, isTerminal, live) => {
    expect(isLive(env, isTerminal)).toBe(live);
  });
});

it('a line of a log can neither steer a terminal nor command a runner', () => {
  expect(harmless('a\u001b[2Jb\u202e\n::error::x\r##[group]')).toBe(`a${String.raw`b\u{202e}`}\n : :error::x\n# #[group]`);
});

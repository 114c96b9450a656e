import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isDeaf } from '../../src/init/signals.ts';

describe('a signal', () => {
  it('comes to nobody where it is ignored', () => {
    // Node ignores SIGPIPE, and nothing here blocks or ignores a virtual timer.
    expect(isDeaf(process.pid, constants.signals.SIGPIPE)).toBe(true);
    expect(isDeaf(process.pid, constants.signals.SIGVTALRM)).toBe(false);
  });

  it('is of no process that has ended', () => {
    expect(isDeaf(0x7fff_fffe, constants.signals.SIGPIPE)).toBe(false);
  });
});

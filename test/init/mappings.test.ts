import { describe, expect, it } from 'vitest';
import { parseMappings } from '../../src/init/mappings.ts';

const FILE = '/a/boot strap';

/** Pages of 4 kB, one line each: `start-end rights name`, with what is resident in kB. */
function smaps(...rows: readonly (readonly [range: string, rights: string, name: string, resident: number])[]): string {
  return rows
    .flatMap(([range, rights, name, resident]) => [
      `${range} ${rights} 00000000 00:1f 12   ${name}`,
      'Size:  64 kB',
      `Rss:  ${resident} kB`,
    ])
    .join('\n');
}

const kB = (parts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(parts).flatMap(([name, size]) => (size > 0 ? [[name, size / 1024]] : [])));

describe('the parts of a process', () => {
  it('are told by file, rights and place', () => {
    const text = smaps(
      ['559000000000-559000002000', 'r--p', FILE, 4],
      ['559000002000-559000004000', 'r-xp', FILE, 8],
      ['559000004000-559000005000', 'r--p', FILE, 16],
      ['559000005000-559000006000', 'rw-p', FILE, 32],
      ['559000006000-559000009000', 'rw-p', '', 64],
      ['55900000a000-55900000b000', 'rw-p', '[heap]', 128],
      ['7f0000000000-7f0000001000', 'r--p', `${FILE}.so`, 1],
      ['7f0000001000-7f0000002000', 'rw-p', '/usr/lib/libc.so.6', 2],
      ['7f0000002000-7f0000003000', 'r--p', '/opt/model.bin', 2048],
      ['7f0000003000-7f0000004000', 'rw-p', '', 256],
      ['7f0000004000-7f0000005000', '---p', '', 0],
      ['7f0000005000-7f0000205000', 'rw-p', '', 512],
      ['7ffc00000000-7ffc00001000', 'rw-p', '[stack]', 1024],
      ['7ffc10000000-7ffc10001000', 'r-xp', '[vdso]', 4],
    );
    expect(kB(parseMappings(text, FILE))).toEqual({
      ...{ constants: 4, code: 8, relocated: 16, data: 32, bss: 64, heap: 128, libraries: 3, files: 2048, mapped: 256, stacks: 1536 },
    });
  });

  it('an arena of the heap is no stack, and what stands apart from `.data` is no `.bss`', () => {
    const text = smaps(
      ['559000005000-559000006000', 'rw-p', FILE, 4],
      ['559000007000-559000008000', 'rw-p', '', 8],
      ['7f0000000000-7f0004000000', '---p', '', 0],
      ['7f0004000000-7f0004200000', 'rw-p', '', 16],
    );
    expect(kB(parseMappings(text, FILE))).toEqual({ data: 4, mapped: 24 });
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDurations } from '../../src/cache/durations.ts';
import type { Artifact } from '../../src/cargo/artifacts.ts';
import { begunFile } from '../../src/cargo/twin.ts';
import { showBuild } from '../../src/measure/build-wait.ts';
import { terminalProgress } from '../../src/progress/terminal.ts';
import { Screen } from '../doubles/screen.ts';
import { FakeTiming } from '../doubles/timing.ts';

const artifact = (crate: string, kind: string, owner = crate): Artifact => ({
  ...{ id: '', features: null, package: owner, crate, kind: [kind], executable: kind === 'bin' ? `/t/${crate}` : null },
  ...{ source: '', fresh: false, files: [], line: '' },
});

const binaries = ['alpha', 'beta'].map((name) => ({
  ...{ name, binary: name, crate: 'app', crateVersion: '1.0.0', kind: 'function' as const },
  ...{ features: [], was: null, lacks: [] },
}));

test('two functions, from the first crate to the last link, and what the next build lets expect', async () => {
  const own = await mkdtemp(join(tmpdir(), 'coldgate-wait-'));
  try {
    /** What stands below what stays, after each moment. */
    const build = async (): Promise<readonly string[]> => {
      const [screen, timing] = [new Screen(80), new FakeTiming()];
      const { progress } = terminalProgress({ columns: 80, write: screen.write }, timing, new AbortController().signal);
      const place = { host: { progress }, own, target: join(own, 'target'), request: { build: { profile: 'release' } } };
      const what = {
        selection: { targets: binaries, binaries },
        metadata: { resolve: { nodes: ['serde', 'libc', 'app'].map((id) => ({ id, deps: [], features: [] })) } },
      };
      const seen: string[] = [];
      const after = (milliseconds: number): void => {
        timing.advance(milliseconds);
        seen.push(screen.rows.at(-1) ?? '');
      };
      using shown = await showBuild({ ...place, durations: await openDurations(join(own, 'durations.json')) }, what, 'head 3f2a1c0');
      after(0);
      shown.onLine('   Compiling serde v1.0.0');
      shown.onArtifact(artifact('libc', 'lib'));
      after(1_000);
      shown.onArtifact(artifact('serde', 'lib'));
      await writeFile(begunFile(own), 'alpha fat\nbeta fat\n');
      after(9_000);
      after(1_000);
      shown.onArtifact(artifact('beta', 'bin', 'app'));
      after(20_000);
      shown.onArtifact(artifact('alpha', 'bin', 'app'));
      after(1_000);
      const artifacts = [
        artifact('serde', 'lib'),
        artifact('libc', 'lib'),
        artifact('alpha', 'bin', 'app'),
        artifact('beta', 'bin', 'app'),
      ];
      await shown.done({ artifacts });
      return [...seen, screen.text];
    };
    expect(await build()).toEqual([
      'head 3f2a1c0: building alpha, beta with cargo lambda · 0:00',
      'head 3f2a1c0: compiling 1 of about 3 · serde · 0:01',
      'head 3f2a1c0: linking alpha, beta with fat LTO · 0:08 (0 of 2)',
      'head 3f2a1c0: linking alpha, beta with fat LTO · 0:09 (0 of 2)',
      'head 3f2a1c0: linking alpha with fat LTO · 0:29 (1 of 2)',
      'head 3f2a1c0: packing alpha, beta · 0:30',
      'head 3f2a1c0: built alpha, beta (3 crates) · 32 s',
    ]);
    expect((await build()).slice(0, 6)).toEqual([
      'head 3f2a1c0: building alpha, beta with cargo lambda · 0:00 of about 0:02',
      'head 3f2a1c0: compiling 1 of about 3 · serde · 0:01 of about 0:02',
      'head 3f2a1c0: linking alpha, beta with fat LTO · 0:08 of about 0:30 (0 of 2)',
      'head 3f2a1c0: linking alpha, beta with fat LTO · 0:09 of about 0:30 (0 of 2)',
      'head 3f2a1c0: linking alpha with fat LTO · 0:29 of about 0:30 (1 of 2)',
      'head 3f2a1c0: packing alpha, beta · 0:30 of about 0:30',
    ]);
  } finally {
    await rm(own, { recursive: true });
  }
});

import { describe, expect, test } from 'vitest';
import { BuildWatch } from '../../src/cargo/build-watch.ts';

const unit = (crate: string, kind = 'lib', owner = crate) => ({
  ...{ package: owner, crate, kind: [kind] },
  executable: kind === 'bin' ? `/t/${crate}` : null,
});

/** As cargo 1.95 prints them. */
const compiling = (name: string): string => `\u001b[1m\u001b[92m   Compiling\u001b[0m ${name} v1.0.0 (/somewhere/${name})`;

describe('what a build waits for', () => {
  test('from its first word to its last', () => {
    const watch = new BuildWatch([{ binary: 'health', crate: 'health' }]);
    expect(watch.stage).toEqual({ kind: 'starting' });
    watch.heard('    Blocking waiting for file lock on package cache');
    expect(watch.stage).toEqual({ kind: 'blocked', by: 'package cache' });
    watch.heard(' Downloading crates ...');
    expect(watch.stage).toEqual({ kind: 'downloading' });
    watch.heard('  Downloaded libc v0.2.0');
    expect(watch.stage).toEqual({ kind: 'downloading' });

    watch.heard(compiling('ring'));
    watch.heard(compiling('libc'));
    expect(watch.stage).toEqual({ kind: 'compiling', done: 0, crate: 'ring' });
    // Its build script is not the crate.
    watch.built(unit('build-script-build', 'custom-build', 'ring'));
    watch.built(unit('libc'));
    expect(watch.stage).toEqual({ kind: 'compiling', done: 1, crate: 'ring' });
    // What is waited for is what has been compiled longest, not what was heard of last.
    watch.heard(compiling('regex'));
    expect(watch.stage).toEqual({ kind: 'compiling', done: 1, crate: 'ring' });
    watch.built(unit('ring'));
    watch.built(unit('regex'));
    expect(watch.stage).toEqual({ kind: 'compiling', done: 3, crate: null });

    watch.heard(compiling('health'));
    expect(watch.stage).toEqual({ kind: 'compiling', done: 3, crate: 'health' });
    watch.began('health fat\n');
    expect(watch.stage).toEqual({ kind: 'linking', binaries: ['health'], done: 0, lto: 'fat' });
    // A warning of a build script is no stage.
    watch.heard('warning: health@0.1.0: Compiling is fun');
    expect(watch.stage).toMatchObject({ kind: 'linking' });
    watch.built(unit('health', 'bin'));
    expect(watch.stage).toEqual({ kind: 'packing' });
  });

  test('of several functions those are left that are not linked; while a crate is compiled it is what is waited for', () => {
    const watch = new BuildWatch(['a', 'b'].map((binary) => ({ binary, crate: 'app' })));
    watch.heard(compiling('serde'));
    watch.began('a \nb \n');
    expect(watch.stage).toEqual({ kind: 'compiling', done: 0, crate: 'serde' });
    watch.built(unit('serde'));
    expect(watch.stage).toEqual({ kind: 'linking', binaries: ['a', 'b'], done: 0, lto: '' });
    watch.built(unit('b', 'bin', 'app'));
    expect(watch.stage).toEqual({ kind: 'linking', binaries: ['a'], done: 1, lto: '' });
  });

  test('a quiet cargo tells what is done; a file that is half written or empty tells nothing', () => {
    const watch = new BuildWatch([{ binary: 'health', crate: 'health' }]);
    watch.built(unit('serde'));
    expect(watch.stage).toEqual({ kind: 'compiling', done: 1, crate: null });
    watch.began('heal');
    expect(watch.stage).toMatchObject({ kind: 'compiling' });
    watch.began('');
    expect(watch.stage).toMatchObject({ kind: 'compiling' });
  });
});

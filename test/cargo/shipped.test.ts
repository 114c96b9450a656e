import { describe, expect, test } from 'vitest';
import { shippingBy, unaskedFeatures } from '../../src/cargo/shipped.ts';
import { buildVendored, PLATFORM, VENDORED, vendored } from './vendored.ts';
import { member, Workspace } from './workspace.ts';

const ROOT = (members: readonly string[], more = ''): Record<string, string> => ({
  'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ${JSON.stringify(members)}\n${more}`,
});

const USING = (...names: readonly string[]): string => names.map((name) => `${name} = "1"\n`).join('');

/** Packages that need nothing. */
const several = (...names: readonly string[]): Record<string, string> => Object.assign({}, ...names.map((name) => vendored(name, '1.0.0')));

describe('what is linked into a function', () => {
  test('is what its own code needs on its platform: nothing of Windows, of build scripts, of macros, of tests', () => {
    using workspace = new Workspace({
      ...VENDORED,
      ...ROOT(['health']),
      ...member(
        'health',
        `[dependencies]\n${USING('client', 'derive')}[build-dependencies]\n${USING('generator', 'both')}[dev-dependencies]\n${USING('mock')}`,
      ),
      'health/build.rs': 'fn main() { generator::one(); }\n',
      ...vendored(
        'client',
        '1.0.0',
        `[dependencies]\n${USING('both')}[target.'cfg(windows)'.dependencies]\n${USING('schannel')}[target.'cfg(unix)'.dependencies]\n${USING('libc')}`,
      ),
      ...vendored('derive', '1.0.0', `[lib]\nproc-macro = true\n[dependencies]\n${USING('syn')}`, ''),
      ...vendored('generator', '1.0.0', `[dependencies]\n${USING('deep')}`),
      ...several('both', 'deep', 'libc', 'mock', 'schannel', 'syn'),
    });
    const { linked, lockfile } = buildVendored(workspace);
    expect(lockfile.packages).toHaveLength(10);
    expect(linked('health')).toEqual(['health 0.1.0', 'client 1.0.0', 'both 1.0.0', 'libc 1.0.0']);
  });

  test('is each function’s own, with the features that the build joined and the versions that each asks for', () => {
    using workspace = new Workspace({
      ...VENDORED,
      ...ROOT(['health', 'orders', 'shared']),
      ...member(
        'health',
        `[features]\nfast = ["dep:simd"]\n[dependencies]\n${USING('json')}simd = { version = "1", optional = true }\nshared = { path = "../shared" }\n`,
      ),
      ...member(
        'orders',
        '[dependencies]\njson = { version = "1", features = ["std"] }\nold-rand = { package = "rand", version = "0.7" }\nrand = "0.8"\n',
      ),
      ...member('shared', `[dependencies]\n${USING('log')}`, ['src/lib.rs']),
      ...vendored(
        'json',
        '1.0.0',
        `[features]\nstd = ["itoa?/std", "dep:memchr"]\nfull = ["dep:itoa"]\n[dependencies]\nitoa = { version = "1", optional = true }\nmemchr = { version = "1", optional = true }\n`,
      ),
      ...vendored('itoa', '1.0.0', '[features]\nstd = []\n'),
      ...several('memchr', 'simd', 'log'),
      ...vendored('rand', '0.7.1'),
      ...vendored('rand', '0.8.5'),
    });
    const { linked } = buildVendored(workspace);
    expect(linked('health')).toEqual(['health 0.1.0', 'json 1.0.0 {std}', 'shared 0.1.0', 'memchr 1.0.0', 'log 1.0.0']);
    expect(linked('orders')).toEqual(['orders 0.1.0', 'json 1.0.0 {std}', 'rand 0.7.1', 'rand 0.8.5', 'memchr 1.0.0']);

    // cargo lambda's own configuration can switch on what the command line does not.
    const configured = buildVendored(workspace, ['--features', 'health/fast'], []);
    expect(unaskedFeatures(configured.metadata, configured.artifacts)).toEqual(['health/fast']);
    expect(configured.linked('health')).toBe('health was built with the feature fast, which cargo metadata does not know of');
    const asked = buildVendored(workspace, ['--features', 'health/fast']);
    expect(asked.linked('health')).toEqual([
      'health 0.1.0 {fast}',
      'json 1.0.0 {std}',
      'shared 0.1.0',
      'simd 1.0.0',
      'memchr 1.0.0',
      'log 1.0.0',
    ]);
    expect(unaskedFeatures(asked.metadata, asked.artifacts)).toEqual([]);
  });

  test('does not grow by what another member’s test or build script switches on', () => {
    using workspace = new Workspace({
      ...VENDORED,
      ...ROOT(['health', 'tool']),
      ...member('health', `[dependencies]\n${USING('json')}[dev-dependencies]\njson = { version = "1", features = ["full"] }\n`),
      ...member('tool', '[build-dependencies]\njson = { version = "1", features = ["full"] }\n'),
      'tool/build.rs': 'fn main() { json::one(); }\n',
      ...vendored('json', '1.0.0', '[features]\nfull = ["itoa"]\n[dependencies]\nitoa = { version = "1", optional = true }\n'),
      ...vendored('itoa', '1.0.0'),
    });
    expect(buildVendored(workspace).linked('health')).toEqual(['health 0.1.0', 'json 1.0.0']);
  });

  test('is known of a library beside the binary, and of a second binary of its package', () => {
    using workspace = new Workspace({
      ...VENDORED,
      ...ROOT(['services']),
      ...member('services', `[dependencies]\n${USING('json')}`, ['src/lib.rs', 'src/bin/orders.rs', 'src/bin/users.rs']),
      ...vendored('json', '1.0.0'),
    });
    const { linked } = buildVendored(workspace);
    expect(linked('orders', 'services')).toEqual(['services 0.1.0', 'json 1.0.0']);
    expect(linked('users', 'services')).toEqual(['services 0.1.0', 'json 1.0.0']);
  });

  test('is not known, with the reason, where cargo’s answers do not fit together', () => {
    using workspace = new Workspace({
      ...VENDORED,
      ...ROOT(['health']),
      ...member('health', `[dependencies]\n${USING('json')}`),
      ...vendored('json', '1.0.0'),
    });
    const { metadata, lockfile, artifacts } = buildVendored(workspace);
    const health = { binary: 'health', crate: 'health' };
    const reason = (built: typeof artifacts, lock = lockfile, platform = PLATFORM): string | null => {
      const found = shippingBy(metadata, lock, built, platform)(health);
      return found.kind === 'unknown' ? found.reason : null;
    };
    expect(reason(artifacts)).toBeNull();
    expect(reason([])).toBe('cargo did not name the binary health');
    expect(reason(artifacts, { packages: lockfile.packages.filter(({ name }) => name !== 'json') })).toBe(
      'json was built, and Cargo.lock does not have it',
    );
    expect(reason(artifacts, lockfile, 'aarch64-unknown-linux-gnu')).toBe(
      `it was built for ${PLATFORM}, and cargo metadata was asked for aarch64-unknown-linux-gnu`,
    );
    expect(reason(artifacts.map((one) => ({ ...one, features: null })))).toBe('cargo does not say which packages and features it compiled');
    const again = artifacts.filter(({ package: name }) => name === 'json').map((one) => ({ ...one, features: ['std'] }));
    expect(reason([...artifacts, ...again])).toBe('json was compiled twice with other features, and cargo does not say which is linked');
    const unnamed = { ...metadata, resolve: null };
    expect(shippingBy(unnamed, lockfile, artifacts, PLATFORM)(health)).toMatchObject({
      reason: 'health was built, and cargo metadata does not have it',
    });
  });
});

import { ToolError } from '../core/failures.ts';

/** The tools that coldgate brings when the machine has none that fits. */
export type ToolName = 'cargo-lambda' | 'zig' | 'cargo-bloat';

export const TOOL_NAMES: readonly ToolName[] = ['cargo-lambda', 'zig', 'cargo-bloat'];

/** What is asked of git: `rev-parse --end-of-options` and `fetch --no-write-fetch-head --stdin` came by 2.30, Debian 11's. */
export const GIT = '>= 2.30';
export const GIT_REMEDY = 'install a newer one (apt-get install git; on an older distribution its backports have one)';

/** Where coldgate runs. macOS has sizes only. */
export type Platform = 'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64';

interface WheelPin {
  /** The name of the Python package that carries the tool. */
  readonly distribution: string;
  readonly version: string;
  /** SHA-256 of the wheel file, for each platform. */
  readonly sha256: Readonly<Record<Platform, string>>;
}

export interface CratePin {
  readonly version: string;
  /** SHA-256 of the `.crate` file; its `Cargo.lock` pins everything below it. */
  readonly sha256: string;
}

export interface Pins {
  readonly 'cargo-lambda': WheelPin;
  readonly zig: WheelPin;
  readonly 'cargo-bloat': CratePin;
}

/**
 * What is installed where nothing fits. To renew: `pip download --no-deps --only-binary=:all: --platform TAG NAME==VERSION` with the tags
 * manylinux2014_x86_64, manylinux2014_aarch64, macosx_13_0_x86_64 and macosx_13_0_arm64, then `pip hash`; the crate's is in the crates index.
 */
export const PINS: Pins = {
  'cargo-lambda': {
    distribution: 'cargo-lambda',
    version: '1.9.2',
    sha256: {
      'linux-x64': 'db2c0b1d53d7ed0055198fd045f641addc91b180b20d794fcf78cc9a9efacb38',
      'linux-arm64': '3350315e8b4e88f7134967f51546bf51aa5db37a6d39a17380545362ae27e289',
      'darwin-x64': '05efdab4db99fd976f5718b67bb4e72089335d1aab209168f2dfe20907b0e341',
      'darwin-arm64': '28e2f698b4e0e367097cd30a8ded8ddc6851dba6f4d53b907b4659a635ae3665',
    },
  },
  zig: {
    distribution: 'ziglang',
    version: '0.17.1',
    sha256: {
      'linux-x64': 'ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54',
      'linux-arm64': 'b7c5f02fccd40f89b999ee16a1f5ddced56e6182370f8affe494bcf8a28cf07e',
      'darwin-x64': '4e0b4b9c02b8d0d220e9948010f860b62ff11d96abb39762eca5fa2ef3f7bc97',
      'darwin-arm64': '09953b6af7f64168b915180a42774f520f92d86ef6331b28e33915c7e1f0bb23',
    },
  },
  'cargo-bloat': { version: '0.12.1', sha256: '56e2c483ab55e38021c2c701061e078cc6c28d563932cbdf6bc4efaa28ab117e' },
};

/** Versions of a tool on the machine that are used as they are, as `isWithin` reads them and the doctor prints them. */
export const FITTING: Readonly<Record<ToolName, string>> = { 'cargo-lambda': '>= 1.9, < 2', zig: '>= 0.13', 'cargo-bloat': '0.12.x' };

export const PLATFORM_SENTENCE = 'coldgate runs on Linux (everything) and macOS (sizes only), not on Windows: use WSL, or a Linux runner';

/** Node's names of this machine as a platform. Throws a ToolError where coldgate does not run. */
export function platformOf(os: string = process.platform, cpu: string = process.arch): Platform {
  const name = `${os}-${cpu}`;
  switch (name) {
    case 'linux-x64':
    case 'linux-arm64':
    case 'darwin-x64':
    case 'darwin-arm64':
      return name;
  }
  throw new ToolError(os === 'win32' ? PLATFORM_SENTENCE : `coldgate runs on x64 and arm64 of Linux and macOS; this machine is ${name}`);
}

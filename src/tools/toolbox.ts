import { mkdir, realpath, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Cancelled, ToolError } from '../core/failures.ts';
import type { Environment } from '../exec/run.ts';
import { dropDangling } from '../folder.ts';
import type { Progress } from '../host.ts';
import { bloatBundle, wheelsBundle } from './bundles.ts';
import { FITTING, PINS, type Pins, type Platform, platformOf, TOOL_NAMES, type ToolName } from './pins.ts';
import { findBundle, installBundle, type Programs, sweepInstalls, type ToolBundle } from './private-directory.ts';
import { type Probe, probeTools, type Tool } from './probe.ts';
import { requireProgram, requirePrograms } from './programs.ts';

export { type InspectOptions, inspectTools, type ToolStatus } from './status.ts';
export { requireTarget } from './target.ts';
export { findTracers, findTracersAt } from './tracers/provide.ts';

export interface Toolbox {
  readonly cargoLambda: Tool;
  readonly zig: Tool;
  readonly cargoBloat: Tool;
  /** The cargo on PATH. */
  readonly cargo: string;
  /** Holds only links named cargo-lambda, zig and cargo-bloat, to be put first on PATH: build scripts see no other python than without. */
  readonly binDirectory: string;
  /** What a build needs on top so that cargo-lambda takes this zig: cargo-zigbuild prefers `python3 -m ziglang` to a zig on PATH. */
  readonly variables: Environment;
}

interface ToolOptions {
  /** coldgate's state directory; the tools live in `tools` below it. */
  readonly home: string;
  /** Where `binDirectory` is made, anew: a folder of this run's own; without one `bin` in `home`. */
  readonly links?: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly progress: Pick<Progress, 'step' | 'begin'>;
  readonly pins?: Pins;
  readonly platform?: Platform;
}

/**
 * Finds cargo-lambda, zig and cargo-bloat, or installs the pinned ones privately (about half a minute, once). What the machine has in a
 * fitting version is used as it is. Throws a ToolError that names what is missing and the command that brings it.
 */
export async function provideTools(options: ToolOptions): Promise<Toolbox> {
  const { env } = options;
  const platform = options.platform ?? platformOf();
  requirePrograms(['git', 'cargo', 'rustc', 'cc'], env, platform);
  const named = join(options.home, 'tools');
  await dropDangling(named);
  await mkdir(named, { recursive: true });
  // Where it is a link to a folder that several share, by its own name: links that go through one run's folder are dead for the others.
  const tools = await realpath(named);
  const [probes] = await Promise.all([probeTools(env, tools), sweepInstalls(tools)]);
  const pins = options.pins ?? PINS;
  for (const name of TOOL_NAMES) noteUnfit(name, probes[name], pins, options.progress.step);

  const own = await providePrivate(probes, tools, { ...options, pins, platform });
  const pick = (name: ToolName): Tool => {
    const probe = probes[name];
    if (probe.kind === 'fits') return probe.tool;
    const path = own[name];
    if (path === undefined) throw new ToolError(`${name} is missing from the tools in ${tools}: remove that directory and run again`);
    return { name, path, version: pins[name].version };
  };
  const [cargoLambda, zig, cargoBloat] = [pick('cargo-lambda'), pick('zig'), pick('cargo-bloat')];
  return {
    cargoLambda,
    zig,
    cargoBloat,
    cargo: requireProgram('cargo', env, platform),
    binDirectory: await linkTools(options.links ?? join(options.home, 'bin'), { cargoLambda, zig, cargoBloat }),
    variables: { CARGO_ZIGBUILD_ZIG_PATH: zig.path, CARGO_ZIGBUILD_PYTHON_PATH: '/nonexistent' },
  };
}

/** Brings the bundles that `probes` leave to be brought, at once; when one fails the other is stopped before this throws. */
async function providePrivate(
  probes: Readonly<Record<ToolName, Probe>>,
  tools: string,
  options: Required<Omit<ToolOptions, 'links'>>,
): Promise<Programs> {
  const { env, pins, platform, progress } = options;
  const failed = new AbortController();
  const context = { env, signal: AbortSignal.any([options.signal, failed.signal]) };
  const lacks = (...names: readonly ToolName[]): boolean => names.some((name) => probes[name].kind !== 'fits');
  const wanted = [
    ...(lacks('cargo-lambda', 'zig') ? [wheelsBundle(pins, platform)] : []),
    ...(lacks('cargo-bloat') ? [bloatBundle(pins, platform)] : []),
  ];
  const provide = async (bundle: ToolBundle): Promise<Programs> => {
    try {
      const there = await findBundle(tools, bundle);
      if (there !== null) return there;
      using waiting = progress.begin({ text: `installing ${bundle.title} into ${tools} (once)`, kind: 'long' });
      const installed = await installBundle(tools, bundle, context);
      waiting.done(`installed ${bundle.title} into ${tools}`);
      return installed;
    } catch (error) {
      failed.abort();
      throw error;
    }
  };
  const results = await Promise.allSettled(wanted.map(provide));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw errors.find((error) => !(error instanceof Cancelled)) ?? errors[0];
  return Object.assign({}, ...results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
}

function noteUnfit(name: ToolName, probe: Probe, pins: Pins, say: (line: string) => void): void {
  if (probe.kind !== 'unfit') return;
  const what = probe.version === null ? 'does not say its version' : `is ${probe.version}, needed is ${FITTING[name]}`;
  say(`${name} at ${probe.path} ${what}: ${pins[name].version} is used in its place`);
}

/**
 * The folder of links that stands first on PATH, made anew: whatever else a build has put there (a `cargo` of its own) would run in the next one.
 */
export async function linkTools(
  directory: string,
  { cargoLambda, zig, cargoBloat }: Pick<Toolbox, 'cargoLambda' | 'zig' | 'cargoBloat'>,
): Promise<string> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const tool of [cargoLambda, zig, cargoBloat]) await symlink(tool.path, join(directory, tool.name));
  return directory;
}

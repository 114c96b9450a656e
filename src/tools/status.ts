import { join } from 'node:path';
import { isWithin } from '../core/versions.ts';
import type { Environment } from '../exec/run.ts';
import { bloatBundle, wheelsBundle } from './bundles.ts';
import { findClocks } from './clocks.ts';
import { distribution } from './distribution.ts';
import {
  FITTING,
  GIT,
  GIT_REMEDY,
  PINS,
  type Pins,
  PLATFORM_SENTENCE,
  type Platform,
  platformOf,
  TOOL_NAMES,
  type ToolName,
} from './pins.ts';
import { findBundle, type Programs } from './private-directory.ts';
import { type Probe, probeTools, versionOf } from './probe.ts';
import { findProgram, type Program, remedyFor, searchPath, type TracerName } from './programs.ts';
import { findStoredTracers } from './tracers/stored.ts';

/** `automatic`: coldgate installs it at the first check. `optional`: everything but what it serves works without. */
type ToolState = 'ready' | 'automatic' | 'optional' | 'missing';

export interface ToolStatus {
  readonly name: string;
  /** The version needed, or what it is for where it is optional. */
  readonly needed: string;
  /** Also when it does not fit. `version` is `null` where it does not say. */
  readonly found: { readonly version: string | null; readonly path: string | null } | null;
  readonly state: ToolState;
  /** What brings it: a command, or a sentence that holds one; `null` when it is ready. */
  readonly remedy: string | null;
}

export interface InspectOptions {
  readonly home: string;
  /** The project's directory: a `rust-toolchain.toml` in it decides which rustc is shown. */
  readonly cwd: string;
  readonly env: Environment;
  readonly pins?: Pins;
  /** Node's names of the machine. */
  readonly machine?: { readonly os: string; readonly cpu: string };
}

/** What is on this machine of all that coldgate uses, in the order of the doctor's table. Installs nothing and never throws for a missing tool. */
export async function inspectTools(options: InspectOptions): Promise<readonly ToolStatus[]> {
  const machine = options.machine ?? { os: process.platform, cpu: process.arch };
  const platform = knownPlatform(machine);
  if (platform === null) return [refused(machine)];
  const required = (program: Program): Promise<ToolStatus> => inspectProgram(program, options, platform, 'missing');
  const optional = (program: TracerName): Promise<ToolStatus> => inspectTracer(program, options, platform);
  const [tools, python, clock, ...programs] = await Promise.all([
    inspectOwn(options, platform),
    inspectPython(options, platform),
    inspectClocks(options, platform),
    ...(['git', 'rustc', 'cargo', 'cc'] as const).map(required),
    ...(['valgrind', 'strace'] as const).map(optional),
  ]);
  const needsPython = tools.some((tool) => tool.state === 'automatic' && tool.name !== 'cargo-bloat');
  const venv = python.state === 'missing' && !needsPython ? { ...python, state: 'optional' as const } : python;
  return [nodeStatus(), ...programs.slice(0, 4), venv, ...tools, ...programs.slice(4), clock, platformStatus(platform)];
}

/** As `package.json` has it. */
const NODE = '>= 20.15';

function nodeStatus(): ToolStatus {
  const fitting = isWithin(process.versions.node, NODE);
  return {
    name: 'Node',
    needed: NODE,
    found: { version: process.versions.node, path: process.execPath },
    state: fitting ? 'ready' : 'missing',
    remedy: fitting ? null : 'install Node 20.15 or later (https://nodejs.org)',
  };
}

async function inspectProgram(program: Program, options: InspectOptions, platform: Platform, without: ToolState): Promise<ToolStatus> {
  const path = findProgram(program, searchPath(options.env));
  const version = path === null ? null : await versionOf(path, ['--version'], options.env, options.cwd);
  const old = program === 'git' && version !== null && !isWithin(version, GIT);
  const ready = path !== null && version !== null && !old;
  return {
    name: program,
    needed: program === 'git' ? GIT : without === 'optional' ? 'local init' : 'any',
    found: path === null ? null : { version, path },
    state: ready ? 'ready' : without,
    remedy: ready ? null : old ? GIT_REMEDY : remedyFor(program, platform),
  };
}

/** One that was brought is as good as one on PATH. */
async function inspectTracer(program: TracerName, options: InspectOptions, platform: Platform): Promise<ToolStatus> {
  const status = await inspectProgram(program, options, platform, 'optional');
  const machine = distribution();
  if (status.found !== null || machine === null) return status;
  const stored = await findStoredTracers(options.home, platform, machine);
  if (stored === null) return status;
  return { ...status, found: { version: stored.packages[program] ?? null, path: stored.programs[program] }, state: 'ready', remedy: null };
}

/** What is lost without any. */
const NO_CLOCK = 'without one init.cpu has only the threads that are alive at the first request, and a limit on it is not checked';

/** The first that answers, in the order in which a check tries them. */
async function inspectClocks({ env, cwd }: InspectOptions, platform: Platform): Promise<ToolStatus> {
  const base = { name: 'perl or python3', needed: 'init.cpu' };
  let silent: ToolStatus['found'] = null;
  for (const { path } of findClocks(env)) {
    const version = await versionOf(path, ['--version'], env, cwd);
    if (version !== null) return { ...base, found: { version, path }, state: 'ready', remedy: null };
    silent ??= { version, path };
  }
  const remedy = remedyFor('perl', platform);
  return { ...base, found: silent, state: 'optional', remedy: platform.startsWith('linux') ? `${remedy} (${NO_CLOCK})` : remedy };
}

/** Prints its version before it looks for the modules, so that one process tells python without venv from no python. */
const PYTHON_CHECK = 'import sys; print(sys.version.split()[0], flush=True); import venv, ensurepip';

async function inspectPython(options: InspectOptions, platform: Platform): Promise<ToolStatus> {
  const base = { name: 'python3 + venv', needed: 'any' };
  const path = findProgram('python3', searchPath(options.env));
  if (path === null) return { ...base, found: null, state: 'missing', remedy: remedyFor('python3', platform) };
  const version = await versionOf(path, ['--version'], options.env, options.cwd);
  const withVenv = (await versionOf(path, ['-c', PYTHON_CHECK], options.env, options.cwd)) !== null;
  return {
    ...base,
    found: { version, path },
    state: withVenv ? 'ready' : 'missing',
    remedy: withVenv ? null : remedyFor('venv', platform),
  };
}

async function inspectOwn(options: InspectOptions, platform: Platform): Promise<readonly ToolStatus[]> {
  const pins = options.pins ?? PINS;
  const tools = join(options.home, 'tools');
  const [probes, ...bundles] = await Promise.all([
    probeTools(options.env, options.cwd),
    findBundle(tools, wheelsBundle(pins, platform)),
    findBundle(tools, bloatBundle(pins, platform)),
  ]);
  const own: Programs = Object.assign({}, ...bundles);
  return TOOL_NAMES.map((name) => statusOf(name, probes[name], own[name], pins));
}

/** What a person may run to have the tool on PATH; without it coldgate brings its own. */
function commandFor(name: ToolName, pins: Pins): string {
  if (name === 'cargo-bloat') return `cargo install --locked cargo-bloat@${pins[name].version}`;
  return `python3 -m pip install ${pins[name].distribution}==${pins[name].version}`;
}

function statusOf(name: ToolName, probe: Probe, own: string | undefined, pins: Pins): ToolStatus {
  const base = { name, needed: FITTING[name] };
  if (probe.kind === 'fits') return { ...base, found: probe.tool, state: 'ready', remedy: null };
  if (own !== undefined) return { ...base, found: { version: pins[name].version, path: own }, state: 'ready', remedy: null };
  const found = probe.kind === 'unfit' ? { version: probe.version, path: probe.path } : null;
  return { ...base, found, state: 'automatic', remedy: commandFor(name, pins) };
}

function platformStatus(platform: Platform): ToolStatus {
  const sizesOnly = platform.startsWith('darwin');
  return {
    name: 'platform',
    needed: 'Linux or macOS',
    found: { version: platform, path: sizesOnly ? 'sizes only' : 'everything' },
    state: 'ready',
    remedy: null,
  };
}

function refused(machine: { readonly os: string; readonly cpu: string }): ToolStatus {
  const found = { version: `${machine.os}-${machine.cpu}`, path: null };
  return { name: 'platform', needed: 'Linux or macOS', found, state: 'missing', remedy: PLATFORM_SENTENCE };
}

function knownPlatform(machine: { readonly os: string; readonly cpu: string }): Platform | null {
  try {
    return platformOf(machine.os, machine.cpu);
  } catch {
    // The doctor shows what a check would refuse.
    return null;
  }
}

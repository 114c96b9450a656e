import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ToolError } from '../core/failures.ts';
import { readShape } from '../core/shape.ts';
import { type Environment, type GroupEnd, runGroup } from '../exec.ts';
import { BuildLog } from './build-log.ts';
import { firstError } from './first-error.ts';
import type { LambdaTarget, Selection } from './functions.ts';
import { type BuildRequest, buildArguments } from './request.ts';

export interface Build {
  /** The manifest's folder in the private checkout: cargo's configuration and toolchain are found from here. */
  readonly folder: string;
  readonly lambdaDirectory: string;
  /** Where the log of a build that fails is kept. */
  readonly log: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onStart: (group: number) => Promise<() => Promise<void>>;
  readonly onArtifact: (artifact: Artifact, seen: number) => void;
}

/** One `compiler-artifact` message: https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages */
export interface Artifact {
  /** The cargo package it belongs to. */
  readonly package: string;
  /** The target's name: a binary's own. */
  readonly crate: string;
  readonly kind: readonly string[];
  readonly executable: string | null;
  readonly fresh: boolean;
  /** What the unit was written to. */
  readonly files: readonly string[];
  /** The line as cargo printed it: cargo bloat is given it again. */
  readonly line: string;
}

export interface BuiltFunction {
  readonly target: LambdaTarget;
  /** The ZIP that cargo lambda wrote. */
  readonly package: string;
  /** The binary's entry in it. */
  readonly entry: string;
  /** The file in the target directory that was packed. */
  readonly executable: string;
}

export interface BuildResult {
  readonly functions: readonly BuiltFunction[];
  readonly artifacts: readonly Artifact[];
  /** The `OUT_DIR` of each build script that has run, now or before. */
  readonly scripts: readonly string[];
  /** Units that were compiled, not found fresh. */
  readonly compiled: number;
}

/**
 * Runs `cargo lambda build --output-format zip`: once for the functions and, where there are extensions, once with `--extension`.
 * Throws a ToolError with the compiler's first error where it does not build, or where a package is not where it should be.
 */
export async function buildFunctions(build: Build, request: BuildRequest, selection: Selection): Promise<BuildResult> {
  await rm(build.lambdaDirectory, { recursive: true, force: true });
  const artifacts: Artifact[] = [];
  const scripts: string[] = [];
  const functions: BuiltFunction[] = [];
  for (const kind of ['function', 'extension'] as const) {
    const targets = selection.targets.filter((target) => target.kind === kind);
    if (targets.length === 0) continue;
    const whole = selection.plain && targets.length === selection.targets.length;
    const bins = whole ? [] : targets.flatMap(({ name }) => ['--bin', name]);
    const extension = kind === 'extension' ? ['--extension'] : [];
    const folder = join(build.lambdaDirectory, kind);
    const fixed = ['--output-format', 'zip', '--lambda-dir', folder, '--message-format', 'json-render-diagnostics'];
    const args = ['lambda', 'build', ...buildArguments(request), ...fixed, ...extension, ...bins];
    const before = artifacts.length;
    const log = new BuildLog();
    const end = await compile(build, args, { artifacts, scripts, log });
    if (end.exitCode !== 0) throw await failed(build, args, end, log);
    for (const target of targets) functions.push(await locate(folder, target, artifacts.slice(before)));
  }
  return { functions, artifacts, scripts, compiled: artifacts.filter(({ fresh }) => !fresh).length };
}

async function compile(
  build: Build,
  args: readonly string[],
  { artifacts, scripts, log }: { readonly artifacts: Artifact[]; readonly scripts: string[]; readonly log: BuildLog },
): Promise<GroupEnd> {
  let forget: Promise<() => Promise<void>> | undefined;
  try {
    return await runGroup('cargo', args, {
      cwd: build.folder,
      env: build.env,
      signal: build.signal,
      onStart: (group) => {
        forget = build.onStart(group);
      },
      onLine: (stream, line) => {
        if (stream === 'stderr') log.add(line);
        const artifact = stream === 'stdout' ? parseArtifact(line) : null;
        if (artifact === null) {
          const script = stream === 'stdout' ? readMessage(scriptMessage, line) : null;
          if (script !== null) scripts.push(script.out_dir);
          return;
        }
        artifacts.push(artifact);
        build.onArtifact(artifact, artifacts.length);
      },
    });
  } finally {
    await (await forget)?.();
  }
}

const artifactMessage = z.object({
  reason: z.literal('compiler-artifact'),
  package_id: z.string().optional(),
  target: z.object({ name: z.string(), kind: z.array(z.string()) }),
  executable: z.string().nullish(),
  fresh: z.boolean().optional(),
  filenames: z.array(z.string()).optional(),
});

const scriptMessage = z.object({ reason: z.literal('build-script-executed'), out_dir: z.string() });

function readMessage<T>(shape: z.ZodType<T>, line: string): T | null {
  return line.startsWith('{') ? readShape(shape, line) : null;
}

/** Reads one line of cargo's JSON; `null` for every other message and for what a build printed itself. */
export function parseArtifact(line: string): Artifact | null {
  const message = readMessage(artifactMessage, line);
  if (message === null) return null;
  const { target, package_id: id = target.name, executable = null, fresh = false, filenames: files = [] } = message;
  return { package: packageName(id), crate: target.name, kind: target.kind, executable, fresh, files, line };
}

/**
 * `registry+…#serde@1.0.2` → `serde`; `path+file:///a/health#0.1.0` → `health`: https://doc.rust-lang.org/cargo/reference/pkgid-spec.html.
 * Before cargo 1.77 it was `serde 1.0.2 (registry+…)`.
 */
function packageName(id: string): string {
  const old = /^(\S+) \S+ \(/.exec(id)?.[1];
  if (old !== undefined) return old;
  const [address = '', fragment = ''] = id.split(/#(?=[^#]*$)/);
  const named = /^(.+)@/.exec(fragment)?.[1];
  const path = address.replace(/\?.*$/, '');
  return named ?? path.slice(path.lastIndexOf('/') + 1);
}

async function locate(folder: string, target: LambdaTarget, artifacts: readonly Artifact[]): Promise<BuiltFunction> {
  const places =
    target.kind === 'extension'
      ? [join(folder, 'extensions', `${target.name}.zip`)]
      : [join(folder, target.name, 'bootstrap.zip'), join(folder, 'bootstrap.zip')];
  const executable = artifacts.findLast((artifact) => artifact.executable !== null && artifact.crate === target.name)?.executable;
  for (const place of places) {
    if ((await stat(place).catch(() => null)) === null || executable === undefined || executable === null) continue;
    return { target, package: place, entry: target.kind === 'extension' ? `extensions/${target.name}` : 'bootstrap', executable };
  }
  const there = (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => name.endsWith('.zip'));
  throw new ToolError(
    `cargo lambda built no package for ${target.name}: expected ${places.join(' or ')}; it wrote ${there.length === 0 ? 'none' : there.join(', ')}`,
  );
}

async function failed({ log: file }: Build, args: readonly string[], end: GroupEnd, log: BuildLog): Promise<ToolError> {
  const how = end.exitCode === null ? `was ended by ${end.signal ?? 'a signal'}` : `failed with exit code ${end.exitCode}`;
  const first = firstError(log.lines);
  const written = await log.write(file);
  const more = first === null || first.more === 0 ? [] : [`and ${first.more} more ${first.more === 1 ? 'error' : 'errors'}`];
  return new ToolError(`cargo lambda build ${how}`, {
    process: {
      command: `cargo ${args.join(' ')}`,
      exitCode: end.exitCode,
      lastLines: first === null ? end.lastLines : [...first.lines, ...more],
      ...(first === null ? {} : { headline: first.headline }),
      ...(written === null ? {} : { log: written }),
    },
  });
}

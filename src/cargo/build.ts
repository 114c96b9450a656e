import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import { type GroupEnd, runGroup } from '../exec/group.ts';
import type { Environment } from '../exec/run.ts';
import { isThere } from '../folder.ts';
import { readZip } from '../formats/zip.ts';
import { type Artifact, parseArtifact, parseScriptFolder } from './artifacts.ts';
import { BuildLog } from './build-log.ts';
import { isWordOnCommit } from './commit-word.ts';
import { firstError } from './first-error.ts';
import { type LambdaTarget, type LeftOut, type Selection, selectBuilt } from './functions.ts';
import { type BuildRequest, buildArguments } from './request.ts';
import { findTwin } from './twin.ts';

export interface Build {
  /** The manifest's folder in the private checkout: cargo's configuration and toolchain are found from here. */
  readonly folder: string;
  readonly lambdaDirectory: string;
  /** Where the log of a build that fails is kept. */
  readonly log: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onStart: (group: number) => Promise<() => Promise<void>>;
  readonly onArtifact: (artifact: Artifact) => void;
  /** What is printed on standard error, for who waits. */
  readonly onLine: (line: string) => void;
}

export interface BuiltFunction {
  readonly target: LambdaTarget;
  /** The ZIP that cargo lambda wrote. */
  readonly package: string;
  /** The binary's entry in it. */
  readonly entry: string;
  /** The unstripped twin, where the second link left one. */
  readonly twin: string | null;
  /** What cargo named in the call that built it. */
  readonly artifacts: readonly Artifact[];
}

export interface BuildResult {
  readonly functions: readonly BuiltFunction[];
  readonly artifacts: readonly Artifact[];
  /** The `OUT_DIR` of each build script that has run, now or before. */
  readonly scripts: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Units that were compiled, not found fresh. */
  readonly compiled: number;
}

type Kind = LambdaTarget['kind'];

/**
 * Runs `cargo lambda build --output-format zip` as a team does: once for the functions and, where there are extensions, once with
 * `--extension`. What it built is what counts, since its own configuration decides too. Binaries of one name would overwrite each other
 * there: each of those is built by a call for its package.
 * Throws a ToolError with the compiler's first error where it does not build, or where a package is not where it should be.
 */
export async function buildFunctions(build: Build, request: BuildRequest, selection: Selection): Promise<BuildResult> {
  await rm(build.lambdaDirectory, { recursive: true, force: true });
  const calls: Call[] = [];
  const functions: BuiltFunction[] = [];
  const call = async (name: string, kind: Kind, args: readonly string[]): Promise<Call> => {
    const one = await compile(build, join(build.lambdaDirectory, name), kind, args);
    calls.push(one);
    return one;
  };
  let made = selection;
  const expected = selection.targets.filter((target) => !isBesideItsLike(target, selection));
  if (expected.length > 0) {
    const first: Kind = expected.some(({ kind }) => kind === 'function') ? 'function' : 'extension';
    const arguments_ = (kind: Kind): readonly string[] => {
      const names = selection.plain ? [] : expected.filter((target) => target.kind === kind).map(({ binary }) => binary);
      // Named twice: for one binary alone cargo lambda would take the configuration of its package, which it does not for several.
      const [alone, ...others] = names;
      const bins = selection.part && alone !== undefined && others.length === 0 ? [alone, alone] : names;
      return [...buildArguments(request), ...bins.flatMap((name) => ['--bin', name])];
    };
    const firstCall = await call(first, first, arguments_(first));
    if (selection.plain) made = selectBuilt(selection, binariesOf(firstCall.artifacts));
    const single = made.targets.filter((target) => !isBesideItsLike(target, made));
    const other: Kind = first === 'function' ? 'extension' : 'function';
    const secondCall = single.some(({ kind }) => kind === other) ? await call(other, other, arguments_(other)) : firstCall;
    for (const target of single) functions.push(await locate(target.kind === first ? firstCall : secondCall, target));
  }
  const apart = made.targets.filter((target) => isBesideItsLike(target, made));
  for (const crate of new Set(apart.map((target) => target.crate))) {
    const [owner, ...others] = apart.filter((target) => target.crate === crate);
    if (owner === undefined) continue;
    const own = await call(`package-${crate}`, owner.kind, buildArguments(ofPackage(request, crate, made)));
    for (const target of [owner, ...others]) functions.push(await locate(own, target));
  }
  const artifacts = calls.flatMap((one) => one.artifacts);
  const scripts = calls.flatMap((one) => one.scripts);
  return { functions, artifacts, scripts, leftOut: made.leftOut, compiled: artifacts.filter(({ fresh }) => !fresh).length };
}

/** Whether the same call builds another package's binary of that name. */
function isBesideItsLike(target: LambdaTarget, { beside }: Selection): boolean {
  return beside.some(({ binary, crate }) => binary === target.binary && crate !== target.crate);
}

/** The request for one package alone, with those of the features that are its own: cargo refuses others. */
function ofPackage(request: BuildRequest, crate: string, { binaries }: Selection): BuildRequest {
  const known = binaries.find((one) => one.crate === crate)?.features ?? [];
  const features = request.features
    .map((feature) => (feature.startsWith(`${crate}/`) ? feature.slice(crate.length + 1) : feature))
    .filter((feature) => known.includes(feature.replace(/[/?].*$/, '')));
  return { ...request, packages: [crate], workspace: false, exclude: [], bins: [], features };
}

function binariesOf(artifacts: readonly Artifact[]): readonly Artifact[] {
  return artifacts.filter(({ executable, kind }) => executable !== null && kind.includes('bin'));
}

/** One call of cargo lambda: where it writes its packages, and what cargo named. */
interface Call {
  readonly folder: string;
  readonly artifacts: readonly Artifact[];
  readonly scripts: readonly string[];
}

async function compile(build: Build, folder: string, kind: Kind, given: readonly string[]): Promise<Call> {
  const fixed = ['--output-format', 'zip', '--lambda-dir', folder, '--message-format', 'json-render-diagnostics'];
  const args = ['lambda', 'build', ...given, ...fixed, ...(kind === 'extension' ? ['--extension'] : [])];
  const artifacts: Artifact[] = [];
  const scripts: string[] = [];
  const log = new BuildLog();
  let forget: Promise<() => Promise<void>> | undefined;
  try {
    const end = await runGroup('cargo', args, {
      cwd: build.folder,
      env: build.env,
      signal: build.signal,
      parsesLines: true,
      remains: 'end',
      onStart: (group) => {
        forget = build.onStart(group);
      },
      onLine: (stream, line) => {
        if (stream === 'stderr') {
          log.add(line);
          build.onLine(line);
        }
        if (stream !== 'stdout') return;
        const artifact = parseArtifact(line);
        const script = artifact === null ? parseScriptFolder(line) : null;
        if (script !== null) scripts.push(script);
        if (artifact === null) return;
        artifacts.push(artifact);
        build.onArtifact(artifact);
      },
    });
    if (end.exitCode !== 0) throw await failed(build, args, end, log);
    return { folder, artifacts, scripts };
  } finally {
    await (await forget)?.();
  }
}

/**
 * Where cargo lambda wrote a target's package. Its configuration may say that it is an extension, or put it at the top (`flatten`); an
 * internal extension's binary stands at the top of its package.
 */
async function locate({ folder, artifacts }: Call, target: LambdaTarget): Promise<BuiltFunction> {
  const { binary, crate } = target;
  const asFunction = [join(folder, binary, 'bootstrap.zip'), join(folder, 'bootstrap.zip')];
  const asExtension = [join(folder, 'extensions', `${binary}.zip`)];
  const places = target.kind === 'extension' ? [...asExtension, ...asFunction] : [...asFunction, ...asExtension];
  const executable =
    binariesOf(artifacts).findLast((artifact) => artifact.crate === binary && artifact.package === crate)?.executable ?? null;
  for (const place of places) {
    if (executable === null || !(await isThere(place))) continue;
    const kind: Kind = asExtension.includes(place) ? 'extension' : 'function';
    const entry = kind === 'extension' ? await extensionEntry(place, binary) : 'bootstrap';
    return { target: { ...target, kind }, package: place, entry, twin: await findTwin(executable), artifacts };
  }
  const there = (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => name.endsWith('.zip'));
  throw new ToolError(
    `cargo lambda built no package for ${target.name}: expected ${places.slice(0, -1).join(', ')} or ${places.at(-1)}; it wrote ${there.length === 0 ? 'none' : there.join(', ')}`,
  );
}

async function extensionEntry(zip: string, binary: string): Promise<string> {
  const external = `extensions/${binary}`;
  const { entries } = await readZip(zip, zip);
  return entries.some(({ name }) => name === external) ? external : binary;
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
      onCommit: end.exitCode !== null && isWordOnCommit(log.lines),
      lastLines: first === null ? end.lastLines : [...first.lines, ...more],
      ...(first === null ? {} : { headline: first.headline }),
      ...(written === null ? {} : { log: written }),
    },
  });
}

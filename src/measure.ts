import { constants } from 'node:fs';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { arch as hostArch } from 'node:os';
import { join } from 'node:path';
import { findStored, keep, type Stored, storeKey, writeSnapshot } from './baseline/store.ts';
import { type BuildOptions, type BuildResult, type BuiltFunction, buildArguments, buildFunctions } from './build/cargo-lambda.ts';
import { readDeclaredLimits } from './build/declared-limits.ts';
import { type Choice, type Selection, selectFunctions } from './build/functions.ts';
import { type Lock, takeLock } from './build/lock.ts';
import { readMetadata } from './build/metadata.ts';
import { openPrivateCheckout, openUserRepository, type PrivateCheckout, type Revision, type UserRepository } from './build/repository.ts';
import { buildNotes, directoryOverride, missingFromCheckout } from './build/surroundings.ts';
import { resolveToolchain } from './build/toolchain.ts';
import { findTwin, twinEnvironment } from './build/twin.ts';
import { ToolError } from './core/failures.ts';
import type { Origin } from './core/model.ts';
import {
  type Arch,
  type FunctionMeasurement,
  type Invocation,
  type Lockfile,
  type Note,
  SNAPSHOT_SCHEMA,
  type Snapshot,
} from './core/snapshot.ts';
import { type Millis, millis } from './core/units.ts';
import { type Environment, runGroup } from './exec.ts';
import { attributionOf } from './inspect/attribution.ts';
import { parseElf } from './inspect/elf.ts';
import { parseLockfile, reachable } from './inspect/lockfile.ts';
import { inspectPackage } from './inspect/package.ts';
import { openReader } from './inspect/reader.ts';
import { findingsOf } from './inspect/runtime-image.ts';
import { provideTools, requireTarget, type Toolbox } from './tools.ts';

/** What the entries hand down: nothing below them reads the process. */
export interface Host {
  readonly cwd: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** coldgate's own state: tools, private checkouts, stored snapshots. */
  readonly home: string;
  readonly version: string;
  readonly progress: Progress;
}

export interface Progress {
  /** A step that was reached: stays on the screen. */
  readonly step: (text: string) => void;
  /** Where a step stands: rewritten in place on a terminal, now and then a plain line elsewhere. */
  readonly tick: (text: string) => void;
}

/** What to measure, the same for base and head. */
export interface Request {
  /** The folder of the manifest in the user's tree. */
  readonly folder: string;
  readonly choice: Choice;
  readonly build: BuildOptions;
  readonly prepare: string | null;
}

export interface Measured extends Stored {
  readonly origin: Origin;
}

/** The private checkout with its tools, held by this run alone. */
export interface Workshop extends AsyncDisposable {
  readonly user: UserRepository;
  readonly checkout: PrivateCheckout;
  /** This run's own folder, gone at the end. */
  readonly scratch: string;
  /** Measures a revision, or finds it stored. `lenient`: names that are not there (yet) are left out instead of refused. */
  readonly measure: (revision: Revision, options: { readonly lenient: boolean }) => Promise<Measured>;
}

/** Opens the repository's private checkout: waits for its lock, cleans what a killed run left, provides the tools. */
export async function openWorkshop(request: Request, host: Host): Promise<Workshop> {
  const user = await openUserRepository(request.folder, host.env);
  const own = join(host.home, 'repositories', user.key);
  const lock = await takeLock(own, {
    signal: host.signal,
    onWait: (pid) => host.progress.step(`another coldgate run (process ${pid}) uses this repository's checkout: waiting for it`),
  });
  try {
    const scratch = join(own, 'scratch');
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    const checkout = await openPrivateCheckout(user, own);
    const tools = await provideTools({ home: host.home, env: host.env, signal: host.signal, progress: host.progress.step });
    const override = host.env.RUSTUP_TOOLCHAIN === undefined ? await directoryOverride(user, host.env) : null;
    const shop: Shop = {
      request,
      host,
      user,
      lock,
      own,
      scratch,
      checkout,
      tools,
      override,
      lacks: await missingFromCheckout(user, checkout.path),
    };
    return {
      user,
      checkout,
      scratch,
      measure: (revision, options) => measureRevision(shop, revision, options.lenient),
      [Symbol.asyncDispose]: async () => {
        await rm(scratch, { recursive: true, force: true });
        await lock[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

interface Shop {
  readonly request: Request;
  readonly host: Host;
  readonly user: UserRepository;
  readonly lock: Lock;
  readonly own: string;
  readonly scratch: string;
  readonly checkout: PrivateCheckout;
  readonly tools: Toolbox;
  readonly override: string | null;
  readonly lacks: readonly Note[];
}

const TRIPLES: Readonly<Record<Arch, string>> = { x86_64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' };

/** The story of one commit, on one screen: checkout → prepare → functions → build → inspect → snapshot. */
async function measureRevision(shop: Shop, revision: Revision, lenient: boolean): Promise<Measured> {
  const { request, host, user, checkout, own } = shop;
  const target = join(own, 'target');
  const env = await buildEnvironment(shop, target);
  const arch = request.build.arch ?? (hostArch() === 'arm64' ? 'arm64' : 'x86_64');
  const rustc = await resolveToolchain(user, checkout, revision, join(shop.scratch, 'toolchain'), env);
  const invocation = describeInvocation(shop, env, target, arch, rustc);
  const store = join(own, 'snapshots');
  const key = storeKey(revision.sha, invocation);
  const short = revision.sha.slice(0, 7);
  const stored = await findStored(store, key);
  if (stored !== null) {
    host.progress.step(`${short}: measured before, taken from the store`);
    return { ...stored, origin: 'stored' };
  }

  const clock = startClock();
  host.progress.step(`${short}: checking out "${revision.subject}"`);
  await checkout.switchTo(revision);
  clock.lap('checkout');
  const folder = join(checkout.path, user.prefix);
  await requireTarget(TRIPLES[arch], { cwd: folder, env });
  if (request.prepare !== null) {
    await prepare(shop, request.prepare, folder, env);
    clock.lap('prepare');
  }
  const metadata = await readMetadata(folder, TRIPLES[arch], request.build.features, env);
  const selection = selectFunctions(metadata, folder, request.choice, { lenient });
  const lockPath = join(metadata.workspace_root, 'Cargo.lock');
  const lockfile = parseLockfile(await readFile(lockPath, 'utf8'), lockPath);
  const notes = [...shop.lacks, ...(await buildNotes(folder, checkout.path, env)), ...selectionNotes(selection)];
  clock.lap('metadata');

  const built = await build(shop, env, folder, selection, metadata.resolve?.nodes.length ?? 0, short);
  clock.lap('build');
  host.progress.step(
    `${short}: built ${built.compiled === 0 ? 'nothing anew: all fresh' : `${built.compiled} units`} in ${clock.seconds('build')} s; inspecting`,
  );

  const result = join(shop.scratch, 'snapshot');
  await rm(result, { recursive: true, force: true });
  const functions: FunctionMeasurement[] = [];
  for (const one of built.functions)
    functions.push(await measureFunction(shop, { env, folder, built, one, arch, lockfile, result, notes }));
  clock.lap('inspect');

  const snapshot: Snapshot = {
    schema: SNAPSHOT_SCHEMA,
    commit: { sha: revision.sha, source: revision.source, subject: revision.subject.slice(0, 500) },
    invocation,
    functions: functions.sort((a, b) => (a.name < b.name ? -1 : 1)),
    lockfile,
    limits: [...(await readDeclaredLimits(metadata, checkout.path))],
    notes: uniqueNotes(notes),
    timings: clock.laps(),
  };
  await writeSnapshot(result, snapshot);
  return { folder: await keep(store, key, result), snapshot, origin: 'built' };
}

async function build(
  shop: Shop,
  env: Environment,
  folder: string,
  selection: Selection,
  packages: number,
  short: string,
): Promise<BuildResult> {
  const { host, request } = shop;
  const started = performance.now();
  host.progress.step(`${short}: building ${selection.targets.map(({ name }) => name).join(', ')} with cargo lambda`);
  const crates = new Set<string>();
  return buildFunctions(
    {
      folder,
      env,
      lambdaDirectory: join(shop.own, 'lambda'),
      signal: host.signal,
      onStart: shop.lock.adopt,
      onArtifact: ({ package: name, fresh }) => {
        crates.add(name);
        const elapsed = Math.round((performance.now() - started) / 1000);
        if (!fresh) host.progress.tick(`${short}: crate ${Math.min(crates.size, packages)} of ${packages}, ${elapsed} s: ${name}`);
      },
    },
    request.build,
    selection,
  );
}

interface FunctionContext {
  readonly env: Environment;
  readonly folder: string;
  readonly built: BuildResult;
  readonly one: BuiltFunction;
  readonly arch: Arch;
  readonly lockfile: Lockfile | null;
  readonly result: string;
  readonly notes: Note[];
}

/** Everything of one function: its package, the binary in it as shipped, and who its code is from. */
async function measureFunction(shop: Shop, context: FunctionContext): Promise<FunctionMeasurement> {
  const { one, result, arch, lockfile } = context;
  const { name } = one.target;
  const file = join('packages', `${name}.zip`);
  await copyInto(one.package, join(result, file));
  const scratch = join(shop.scratch, 'inspect');
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  const contents = await inspectPackage(one.package, one.package);
  const binary = await contents.readBinary(one.entry, join(scratch, 'binary'));
  using reader = openReader(binary.file);
  const elf = parseElf(reader, `${one.entry} in ${one.package}`);
  const built = elf.machine === 'x86_64' || elf.machine === 'arm64' ? elf.machine : arch;
  // Without --arch cargo lambda's own configuration decides, so only an asked-for architecture can be the wrong one.
  const expected = shop.request.build.arch ?? built;
  const attribution = await attributionOf(
    {
      program: shop.tools.cargoBloat.path,
      cargo: shop.tools.cargo,
      folder: context.folder,
      env: context.env,
      scratch,
      profile: shop.request.build.profile,
      triple: TRIPLES[built],
      messages: context.built.artifacts,
      features: shop.request.build.features,
      rebuildTarget: join(shop.own, 'target-bloat'),
    },
    { name, crate: one.target.crate, file: binary.file, elf, twin: await findTwin(one.executable) },
  );
  context.notes.push(...attribution.notes);
  const twin = attribution.twin === null ? null : join('twins', name);
  if (attribution.twin !== null && twin !== null) await copyInto(attribution.twin, join(result, twin));
  return {
    name,
    crate: one.target.crate,
    kind: one.target.kind,
    arch: built,
    package: { file, size: contents.size, entries: [...contents.entries], overhead: contents.overhead },
    binary: {
      entry: one.entry,
      sha256: binary.sha256,
      size: binary.size,
      sections: elf.sections.map(({ name, size }) => ({ name, size })),
      headers: elf.headers,
      text: elf.text,
    },
    attribution: attribution.attribution,
    twin,
    dependencies: lockfile === null ? null : reachable(lockfile, one.target.crate, one.target.crateVersion),
    findings: [...findingsOf(elf, { image: 'provided.al2023', arch: expected, packaged: contents.entries.map((entry) => entry.name) })],
  };
}

async function prepare(shop: Shop, command: string, folder: string, env: Environment): Promise<void> {
  shop.host.progress.step(`preparing: ${command}`);
  let forget: Promise<() => Promise<void>> | undefined;
  const end = await runGroup('sh', ['-c', command], {
    cwd: folder,
    // `prepare` copies what the private checkout lacks: it is told where the user's own tree is.
    env: { ...env, COLDGATE_SOURCE: shop.user.top },
    signal: shop.host.signal,
    onStart: (group) => {
      forget = shop.lock.adopt(group);
    },
    onLine: (_stream, line) => shop.host.progress.tick(line),
  });
  await (await forget)?.();
  if (end.exitCode !== 0) {
    throw new ToolError(`--prepare ${JSON.stringify(command)} failed with exit code ${end.exitCode ?? end.signal}`, {
      process: { command, exitCode: end.exitCode, lastLines: end.lastLines },
    });
  }
}

/** Names a child of a workflow must not see: the token, the toolkit's own channels and the files that steer the job. */
const WITHHELD = /^(ACTIONS_|INPUT_|GITHUB_(TOKEN|ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)$)/;

/** The user's environment with coldgate's own target directory, tools and second link; without what a build has no business with. */
async function buildEnvironment(shop: Shop, target: string): Promise<Environment> {
  const kept = Object.entries(shop.user.env).filter(([name]) => !WITHHELD.test(name) && name !== 'GIT_OPTIONAL_LOCKS');
  const env = Object.fromEntries(kept);
  const toolchain = shop.override === null ? {} : { RUSTUP_TOOLCHAIN: shop.override };
  return {
    ...env,
    ...toolchain,
    ...shop.tools.variables,
    ...(await twinEnvironment(shop.own, env)),
    CARGO_TARGET_DIR: target,
    PATH: `${shop.tools.binDirectory}:${env.PATH ?? ''}`,
  };
}

/** Variables that change what cargo builds; coldgate's own are the same in every run. */
const BUILD_VARIABLES =
  /^(RUSTFLAGS|RUSTC(_|$)|RUSTUP_TOOLCHAIN|CARGO_(ENCODED_|BUILD_|PROFILE_|TARGET_|LAMBDA_|FEATURE)|(CC|CXX|AR|LD|CFLAGS|CXXFLAGS|LDFLAGS)(_|$)|SOURCE_DATE_EPOCH)/;

function describeInvocation(shop: Shop, env: Environment, target: string, arch: Arch, rustc: string): Invocation {
  const { request, host, tools, checkout, user } = shop;
  const own: readonly string[] = ['RUSTC_WRAPPER', 'CARGO_TARGET_DIR'];
  const environment = Object.entries(env).filter(
    ([name]) => (BUILD_VARIABLES.test(name) && !own.includes(name)) || name === 'COLDGATE_CHAINED_WRAPPER',
  );
  return {
    coldgate: host.version,
    cargoLambda: tools.cargoLambda.version,
    cargoBloat: tools.cargoBloat.version,
    rustc,
    profile: request.build.profile,
    arch,
    arguments: [user.prefix, ...buildArguments(request.build), ...request.choice.bins.flatMap((bin) => ['--bin', bin])],
    prepare: request.prepare,
    environment: Object.fromEntries(environment.filter(([, value]) => value !== '').sort()),
    paths: { checkout: checkout.path, target, cargoHome: env.CARGO_HOME ?? join(env.HOME ?? '/', '.cargo') },
  };
}

function selectionNotes(selection: Selection): readonly Note[] {
  if (selection.leftOut.length === 0) return [];
  const names = selection.leftOut.map(({ name, reason }) => `${name} (${reason})`).join(', ');
  return [{ code: 'bins-left-out', text: `binaries left out: ${names}` }];
}

function uniqueNotes(notes: readonly Note[]): Note[] {
  return notes.filter((note, index) => notes.findIndex(({ code, text }) => code === note.code && text === note.text) === index);
}

/** A reflink where the file system has them; the copy costs no time then. */
async function copyInto(from: string, to: string): Promise<void> {
  await mkdir(join(to, '..'), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}

interface Clock {
  readonly lap: (name: string) => void;
  readonly laps: () => Record<string, Millis>;
  readonly seconds: (name: string) => string;
}

function startClock(): Clock {
  const laps: Record<string, Millis> = {};
  let last = performance.now();
  return {
    lap: (name) => {
      const now = performance.now();
      laps[name] = millis(Math.round(now - last));
      last = now;
    },
    laps: () => laps,
    seconds: (name) => ((laps[name] ?? 0) / 1000).toFixed(1),
  };
}

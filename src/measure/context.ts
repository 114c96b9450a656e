import { mkdir, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type Durations, openDurations } from '../cache/durations.ts';
import { settingDigest, targetKey, toolsKey } from '../cache/keys.ts';
import { missingAbove } from '../cargo/above.ts';
import { directoryOverride, missingConfig, outerConfig } from '../cargo/config.ts';
import { type BuildRequest, buildArguments } from '../cargo/request.ts';
import { twinEnvironment } from '../cargo/twin.ts';
import { UsageError } from '../core/failures.ts';
import type { Arch, Invocation, Note } from '../core/snapshot/snapshot.ts';
import { endRemains, type Guard } from '../exec/group.ts';
import type { Environment } from '../exec/run.ts';
import { makeHome } from '../folder.ts';
import { openPrivateCheckout, type PrivateCheckout } from '../git/checkout.ts';
import { type Files, filesOfRevisions } from '../git/files.ts';
import { type Lock, takeLock } from '../git/lock.ts';
import { missingFiles } from '../git/missing.ts';
import { openUserRepository, type UserRepository } from '../git/repository.ts';
import { type Host, type Waiting, withoutSecrets } from '../host.ts';
import { cargoHome } from '../tools/programs.ts';
import { provideTools, type Toolbox } from '../tools/toolbox.ts';
import type { Tracers } from '../tools/tracers/tracer.ts';
import { bring } from './bring.ts';
import { openTracers } from './tracers.ts';

/** What to build, as it was asked for. */
export interface Sources {
  readonly manifestPath: string | null;
  /** Where cargo lambda runs; `null`: in the manifest's folder. */
  readonly workingDirectory: string | null;
  readonly build: BuildRequest;
  readonly prepare: string | null;
  /** Files and folders that the run writes: never part of what is measured. */
  readonly outputs: readonly string[];
}

/** What to measure, the same for base and head. */
export interface Request {
  /** Where cargo runs, in the user's tree: its configuration and toolchain are found from here. */
  readonly folder: string;
  /** Where the plain command with the same arguments would run. */
  readonly plainFolder: string;
  readonly build: BuildRequest;
  readonly prepare: string | null;
  /** Absolute paths of what the run writes. */
  readonly outputs: readonly string[];
}

/** The private checkout with its tools, held by this run alone until it is disposed of. */
export interface MeasureContext extends AsyncDisposable {
  readonly request: Request;
  readonly host: Host;
  readonly user: UserRepository;
  readonly checkout: PrivateCheckout;
  readonly files: Files;
  readonly tools: Toolbox;
  readonly tracers: Tracers;
  readonly guard: Guard;
  /** The repository's own folder in coldgate's state. */
  readonly own: string;
  /** This run's own folder, gone at the end. */
  readonly scratch: string;
  /** cargo's target directory, kept from run to run. */
  readonly target: string;
  /** The environment of everything that builds. */
  readonly env: Environment;
  /** What the private checkout lacks beside the user's tree. */
  readonly lacks: readonly Note[];
  /** What steps took the last time. */
  readonly durations: Durations;
}

/** Opens the repository's private checkout: waits for its lock, cleans what a killed run left, provides the tools. */
export async function openContext(request: Request, host: Host): Promise<MeasureContext> {
  const user = await openUserRepository(request.folder, host.env, { home: host.home });
  if (user.trusted)
    host.progress.step(`${user.top} belongs to another user: as the workspace of this job it is read all the same (safe.directory)`);
  if (`${host.home}${sep}`.startsWith(`${user.top}${sep}`)) {
    throw new UsageError(
      `coldgate's state folder ${host.home} lies inside the repository it measures: name one outside with COLDGATE_HOME`,
    );
  }
  const own = join(host.home, 'repositories', user.key);
  await makeHome(host.home);
  await makeHome(own);
  const lock = await lockFolder(own, host);
  try {
    const scratch = join(own, 'scratch');
    const target = join(own, 'target');
    const guard: Guard = { signal: host.signal, adopt: lock.adopt };
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    await bring(host, join(host.home, 'tools'), toolsKey());
    const links = join(scratch, 'bin');
    const tools = await provideTools({ home: host.home, links, env: host.env, signal: host.signal, progress: host.progress });
    // Before anything is built: what runs later is the change's.
    const tracers = await openTracers(host);
    await host.onTools?.();
    const checkout = await openPrivateCheckout(user, own, scratch, guard);
    await bring(host, target, `${targetKey(user.key, user.prefix, buildArguments(request.build))}-`);
    const env = await buildEnvironment(user, { tools, own, target, folder: join(checkout.path, user.prefix) });
    const option = host.nameOf('prepare');
    const lacks = [
      ...(await missingFiles(user, option)),
      ...(await missingConfig(user, checkout.path, option)),
      ...(await missingAbove(user, env, option)),
    ];
    const durations = await openDurations(join(own, 'durations.json'));
    const close = async (): Promise<void> => {
      await endRemains();
      await rm(scratch, { recursive: true, force: true });
      await lock[Symbol.asyncDispose]();
    };
    const files = filesOfRevisions(checkout, user.env);
    const known = { request, host, user, checkout, files, tools, tracers, guard, own, scratch, target, env, lacks, durations };
    return { ...known, [Symbol.asyncDispose]: close };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

async function lockFolder(own: string, host: Host): Promise<Lock> {
  let waiting: Waiting | undefined;
  const onWait = (pid: number): void => {
    host.progress.step(`another coldgate run (process ${pid}) uses this repository's checkout: waiting for it`);
    waiting = host.progress.begin({ text: `waiting for another coldgate run (process ${pid})` });
  };
  try {
    return await takeLock(own, { signal: host.signal, onWait });
  } finally {
    waiting?.[Symbol.dispose]();
  }
}

/** The user's environment with coldgate's own target directory, tools and second link; without what a build has no business with. */
async function buildEnvironment(
  user: UserRepository,
  { tools, own, target, folder }: { readonly tools: Toolbox; readonly own: string; readonly target: string; readonly folder: string },
): Promise<Environment> {
  const { GIT_OPTIONAL_LOCKS: _, ...env } = withoutSecrets(user.env, '');
  const override = env.RUSTUP_TOOLCHAIN === undefined ? await directoryOverride(user, env) : null;
  return {
    ...env,
    ...(override === null ? {} : { RUSTUP_TOOLCHAIN: override }),
    ...tools.variables,
    ...(await twinEnvironment(own, env, folder)),
    CARGO_TARGET_DIR: target,
    // Since cargo 1.91 what lies between may have a folder of its own, and a configuration may say which: all of a run is in `target`.
    CARGO_BUILD_BUILD_DIR: target,
    PATH: `${tools.binDirectory}:${env.PATH ?? ''}`,
  };
}

/** Variables that change what cargo builds; coldgate's own are the same in every run. */
const BUILD_VARIABLES =
  /^(RUSTFLAGS|RUSTC(_|$)|RUSTUP_TOOLCHAIN|CARGO_(?!HOME$|TERM_|HTTP_|NET_|.*(TOKEN|CREDENTIAL|SECRET))|(CC|CXX|AR|LD|CFLAGS|CXXFLAGS|LDFLAGS)(_|$)|SOURCE_DATE_EPOCH)/;

/** All that decides, beside the commit, what is built: a stored snapshot answers only for the same. */
export async function describeInvocation(context: MeasureContext, arch: Arch, rustc: string): Promise<Invocation> {
  const { request, host, tools, checkout, user, env, target } = context;
  const own: readonly string[] = ['RUSTC_WRAPPER', 'CARGO_TARGET_DIR', 'CARGO_BUILD_BUILD_DIR'];
  const environment = Object.entries(env).filter(
    ([name]) => (BUILD_VARIABLES.test(name) && !own.includes(name)) || name === 'COLDGATE_CHAINED_WRAPPER',
  );
  const home = cargoHome(env);
  const build = { ...request.build, extra: request.build.extra.map(settingDigest) };
  return {
    coldgate: host.version,
    cargoLambda: tools.cargoLambda.version,
    cargoBloat: tools.cargoBloat.version,
    zig: tools.zig.version,
    rustc,
    profile: request.build.profile,
    arch,
    arguments: [user.prefix, ...buildArguments(build), ...build.bins.flatMap((bin) => ['--bin', bin])],
    prepare: request.prepare === null ? null : settingDigest(request.prepare),
    environment: Object.fromEntries(
      environment.flatMap(([name, value = '']) => (value === '' ? [] : [[name, settingDigest(value)] as const])).sort(),
    ),
    cargoConfig: await outerConfig(checkout.path, home),
    paths: { checkout: checkout.path, target, cargoHome: home },
  };
}

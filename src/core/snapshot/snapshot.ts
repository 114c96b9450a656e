import * as z from 'zod';
import { ToolError, UsageError } from '../failures.ts';
import { FULL_SHA, SHA256 } from '../sha.ts';
import { problemOf } from '../shape.ts';
import { type Bytes, type Millis, renderInteger } from '../units.ts';
import { coldStartMeasurement } from './cold-start.ts';
import { finding, MOST_PROJECT_FINDINGS, projectFinding } from './findings.ts';
import { declaredEvent } from './first-response.ts';
import { initMeasurement } from './init.ts';
import { manifest } from './manifests.ts';
import { owners } from './owners.ts';
import { shipped, shippedUnit } from './shipped.ts';

/**
 * The snapshot: everything measured at one commit. This file is its one definition: the types, the strict parser and the JSON Schema
 * come from the schemas below. A snapshot may cross the trust boundary (an artifact of a pull request's job), so every string and list is bounded.
 */
export const SNAPSHOT_SCHEMA = 'coldgate/snapshot@8';

/** A snapshot file larger than this is neither written nor read; `fitSymbols` leaves half of it to everything but symbols. */
export const MAX_SNAPSHOT_BYTES = 128 * 1024 * 1024;

// The parser is the one place where plain numbers become branded ones, hence the casts.
const size = z.int().min(0) as unknown as z.ZodType<Bytes>;
const signedSize = z.int() as unknown as z.ZodType<Bytes>;
const duration = z.number().min(0) as unknown as z.ZodType<Millis>;
const count = z.int().min(0);
/** Of a note, and of other texts. */
export const LONGEST_NOTE = 4_096;

const text = z.string().max(LONGEST_NOTE);
const name = z.string().min(1).max(1_024);
/** Binaries by name and package; more than a workspace has. */
export const namedBinaries = z.array(z.strictObject({ name, crate: name })).max(20_000);
/** As long as Linux takes a path (PATH_MAX). */
const path = z.string().min(1).max(4_096);
/** As long as Linux takes an argument or a variable (MAX_ARG_STRLEN). */
const argument = z.string().max(131_072);
const sha = z.string().regex(FULL_SHA);
const sha256 = z.string().regex(SHA256);
/** Below the snapshot's own folder: no leading slash, no `..`. */
const relativePath = z
  .string()
  .max(1_024)
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0\\]+$/);

/**
 * The digest of a setting that may hold a secret: a snapshot goes into artifacts and caches, where nothing is masked, and only whether two of
 * them are alike is ever asked.
 */
const setting = z.string().regex(/^sha256:[0-9a-f]{16}$/);

const sized = z.strictObject({ name, size });
const arch = z.enum(['x86_64', 'arm64']);

const entry = z.strictObject({ name, compressed: size, uncompressed: size });

const symbol = z.strictObject({
  /** As cargo bloat names it; a trailing `?` marks its guess, `[Unknown]` none. */
  crate: name,
  /** Without hash and generic arguments. */
  name,
  size,
  /** How many instantiations are folded into this row. */
  count,
  /**
   * Where owners are known: the crate or the part that owns it, of its code what no symbol before it covers, and what that costs in the package.
   * `null`: not known. A crate's symbols have at most its `code`, and of `zip.code` at most that.
   */
  owned: z.strictObject({ by: name, code: size, zip: size }).nullable(),
});

const attribution = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('attributed'),
    /** `twin`: the same link, not stripped. `binary`: the shipped file has symbols itself. `rebuild`: a separate cargo bloat build, so not exactly what ships. */
    of: z.enum(['twin', 'binary', 'rebuild']),
    /** The `.text` that the rows add up to, `unattributed` included. That of the shipped binary unless `of` is `rebuild`. */
    text: size,
    crates: z.array(sized).max(20_000),
    symbols: z.array(symbol).max(400_000),
    /** `.text` bytes that no symbol covers (padding); negative where symbols overlap. */
    unattributed: signedSize,
  }),
  z.strictObject({ kind: z.literal('none'), reason: text }),
]);

const functionMeasurement = z.strictObject({
  name,
  /** The cargo package that the binary belongs to. */
  crate: name,
  kind: z.enum(['function', 'extension']),
  arch,
  package: z.strictObject({
    file: relativePath,
    size,
    entries: z.array(entry).max(20_000),
    /** Headers, directory and padding: entries and this add up to `size`. */
    overhead: size,
  }),
  binary: z.strictObject({
    /** The entry in the package: `bootstrap`, or `extensions/<name>`. */
    entry: name,
    sha256,
    size,
    /** Sections as they stand in the file; those without bytes there (`.bss`) are 0. */
    sections: z.array(sized).max(10_000),
    /** ELF header, program and section headers, gaps: sections and this add up to `size`. */
    headers: signedSize,
    text: size,
  }),
  attribution,
  owners,
  /** The twin's file beside the snapshot; `null` where there is none. */
  twin: relativePath.nullable(),
  /** Packages of registries and of git that are linked into it; `null` where that is not known. */
  dependencies: count.nullable(),
  shipped,
  findings: z.array(finding).max(1_000),
  /** Local init; `null` where nobody asked. Never stored: it is measured anew, beside the other side. */
  init: initMeasurement.nullable(),
  /** Cold starts on AWS; `null` where nobody asked. Never stored either. */
  coldStart: coldStartMeasurement.nullable(),
});

const lockedPackage = z.strictObject({
  name,
  version: name,
  /** Registry, git address, or `null` for a path. */
  source: text.nullable(),
  /** Indices into `packages`. */
  dependencies: z.array(count).max(10_000),
});

const lockfile = z.strictObject({ packages: z.array(lockedPackage).max(20_000) });

/** A line of a manifest. */
export const declaredLimit = z.strictObject({
  text,
  /** `null`: `[workspace.metadata.coldgate]`; otherwise the package whose functions it bounds. */
  package: name.nullable(),
  /** `Cargo.toml`, relative to the repository. */
  file: text,
  line: z.int().min(1).nullable(),
});

/** One for each function, and some. */
const MOST_NOTES = 5_000;

const note = z.strictObject({
  code: z.enum([
    'displaced-wrapper',
    'no-twin',
    'no-lockfile',
    'ignored-files',
    'lfs',
    'submodule',
    'parent-config',
    'bins-left-out',
    'small-symbols',
    'no-lambda-dependency',
    'toolchain',
    'tool',
    'left-on-aws',
  ]),
  text,
});

const invocation = z.strictObject({
  coldgate: name,
  cargoLambda: name,
  cargoBloat: name,
  zig: name,
  /** `rustc --version --verbose` of this commit's toolchain, first line. */
  rustc: name,
  profile: name,
  arch,
  /** Everything else that goes into `cargo lambda build`, in order; of what `build-arg` passes on the digests alone. */
  arguments: z.array(argument).max(10_000),
  prepare: setting.nullable(),
  /** Variables that change what cargo builds (`RUSTFLAGS`, `CARGO_PROFILE_*`, …). */
  environment: z.record(name, setting),
  /** cargo's configuration outside the repository (`CARGO_HOME` and above the checkout), as a digest; empty where there is none. */
  cargoConfig: z.string().max(64),
  paths: z.strictObject({ checkout: path, target: path, cargoHome: path }),
});

/** More paths than a repository of functions has sources; fifty functions have a few thousand. */
export const MOST_SOURCES = 20_000;

/** What the build read. A stored snapshot is used again only where all that is not of the commit is as it was. */
const buildInputs = z.strictObject({
  /** A digest of each variable's value; `null`: it was not set. */
  variables: z.record(name, z.string().max(64).nullable()),
  /** A digest of each file or folder outside the checkout; `none`: it was not there. */
  files: z.record(path, z.string().max(64)),
  /** A digest of the environment that build scripts of the workspace can read in silence; `null` where there is no such script. */
  undeclared: z.string().max(64).nullable(),
  /** Files of the commit that each package is compiled from, from the repository's top; `null`: not known, so no package can be taken from here for another commit. */
  sources: z.record(name, z.array(relativePath).max(MOST_SOURCES)).nullable().default(null),
});

const snapshot = z.strictObject({
  schema: z.literal(SNAPSHOT_SCHEMA),
  commit: z.strictObject({
    /** The commit's full SHA; of a dirty tree, the SHA of the commit that was made of it in the private repository. */
    sha,
    /** Where the sources came from. */
    source: z.enum(['commit', 'working-tree']),
    subject: text,
  }),
  invocation,
  /** `null`: not known, or too much to keep; such a snapshot is never used again. */
  inputs: buildInputs.nullable(),
  functions: z.array(functionMeasurement).max(2_000),
  /** Functions that were not built, since the change cannot reach them; those that base's snapshot has are in `functions` too, as they are there. */
  notBuilt: z.array(z.strictObject({ name, crate: name, reason: text })).max(2_000),
  /** Functions whose sources git calls a rename of what base calls `from`: of this run, as `notBuilt` is, and empty in what is stored. */
  renamed: z.array(z.strictObject({ name, crate: name, from: z.strictObject({ name, crate: name }) })).max(2_000),
  /** Every binary of the workspace, whether it is a function or not: what a limit may mean. */
  binaries: namedBinaries,
  lockfile: lockfile.nullable(),
  /** The packages as they were compiled for the functions' target. */
  units: z.array(shippedUnit).max(60_000),
  /** What the project's own manifests ask for, with the line of each. */
  manifests: z.array(manifest).max(2_000),
  limits: z.array(declaredLimit).max(2_000),
  /** What manifests have functions handed when their init has ended. */
  events: z.array(declaredEvent).max(2_000),
  notes: z.array(note).max(MOST_NOTES),
  /** What the project's files set, for all of its functions. */
  findings: z.array(projectFinding).max(MOST_PROJECT_FINDINGS),
  /** What each step took. */
  timings: z.record(name, duration),
});

/** The same, with its functions as they come. */
const framed = snapshot.extend({ functions: z.array(z.unknown()).max(2_000) });

export type Snapshot = Readonly<z.infer<typeof snapshot>>;
export type FunctionMeasurement = z.infer<typeof functionMeasurement>;
export type NotBuilt = Snapshot['notBuilt'][number];
export type Renamed = Snapshot['renamed'][number];
export type Attribution = FunctionMeasurement['attribution'];
export type Lockfile = z.infer<typeof lockfile>;
export type LockedPackage = Lockfile['packages'][number];
export type DeclaredLimit = z.infer<typeof declaredLimit>;
export type Note = z.infer<typeof note>;
export type BuildInputs = Readonly<z.infer<typeof buildInputs>>;
export type Invocation = z.infer<typeof invocation>;
export type Arch = z.infer<typeof arch>;
export type Sized = z.infer<typeof sized>;
export type SymbolSize = z.infer<typeof symbol>;
export type PackageEntry = z.infer<typeof entry>;

/**
 * Reads a snapshot strictly: an unknown version, an unknown field, a wrong type or a figure out of bounds is a UsageError that names
 * `where` (the file) and the field.
 */
export function parseSnapshot(json: string, where: string): Snapshot {
  if (json.length > MAX_SNAPSHOT_BYTES) throw new UsageError(`${where}: larger than ${MAX_SNAPSHOT_BYTES} bytes: not a coldgate snapshot`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new UsageError(
      `${where}: not JSON (${cause instanceof Error ? cause.message : cause}): is the file cut short? Measure that commit again`,
      { cause },
    );
  }
  const version = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (version !== SNAPSHOT_SCHEMA) {
    const found = typeof version === 'string' ? `"${version.slice(0, 80)}"` : 'none';
    throw new UsageError(
      `${where}: its schema is ${found}, this coldgate reads "${SNAPSHOT_SCHEMA}": measure that commit again with this version (coldgate measure -o DIR)`,
    );
  }
  const frame = framed.safeParse(value);
  value = undefined;
  if (!frame.success) throw new UsageError(`${where}: not a valid snapshot: ${problemOf(frame.error)}`);
  // One by one, what was read in the place of what is there: at no time are there two of all of them.
  const functions: unknown[] = frame.data.functions;
  for (const [at, one] of functions.entries()) {
    const read = functionMeasurement.safeParse(one);
    if (!read.success) throw new UsageError(`${where}: not a valid snapshot: ${problemOf(read.error, 'the function', `functions.${at}`)}`);
    functions[at] = read.data;
  }
  return { ...frame.data, functions: functions as FunctionMeasurement[] };
}

/**
 * What a snapshot's file holds. A ToolError where it could not be read again: a value out of its bounds (the field is named), or more of it than
 * is read.
 */
export function renderSnapshot(value: Snapshot): string {
  const where = `the snapshot of ${value.commit.sha.slice(0, 7)} cannot be kept`;
  const checked = snapshot.safeParse(value);
  if (!checked.success) throw new ToolError(`${where}: ${problemOf(checked.error)}`);
  let json: string | null = null;
  try {
    json = `${JSON.stringify(value)}\n`;
  } catch (cause) {
    // Longer than any string: "Invalid string length".
    if (!(cause instanceof RangeError)) throw cause;
  }
  const size = json === null ? null : Buffer.byteLength(json);
  if (json !== null && size !== null && size <= MAX_SNAPSHOT_BYTES) return json;
  const files = value.functions.reduce((sum, one) => sum + one.package.entries.length, 0);
  throw new ToolError(
    `${where}: it has ${size === null ? 'more than 500,000,000' : renderInteger(size)} bytes, at most ${renderInteger(MAX_SNAPSHOT_BYTES)} are kept: measure fewer than its ${value.functions.length} functions (${renderInteger(files)} packed files) at once`,
  );
}

/** The same definition as a JSON Schema (draft 2020-12). */
export function snapshotJsonSchema(): object {
  return { title: 'coldgate snapshot', ...z.toJSONSchema(snapshot) };
}

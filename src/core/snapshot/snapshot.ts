import * as z from 'zod';
import { UsageError } from '../failures.ts';
import { FULL_SHA, SHA256 } from '../sha.ts';
import { problemOf } from '../shape.ts';
import type { Bytes, Millis } from '../units.ts';
import { coldStartMeasurement } from './cold-start.ts';
import { initMeasurement } from './init.ts';

/**
 * The snapshot: everything measured at one commit. This file is its one definition: the types, the strict parser and the JSON Schema
 * come from the schemas below. A snapshot may cross the trust boundary (an artifact of a pull request's job), so every string and list is bounded.
 */
export const SNAPSHOT_SCHEMA = 'coldgate/snapshot@3';

/** A snapshot file larger than this is refused unread: 50 functions with 10,000 symbols each stay below 64 MB. */
export const MAX_SNAPSHOT_BYTES = 128 * 1024 * 1024;

// The parser is the one place where plain numbers become branded ones, hence the casts.
const size = z.int().min(0) as unknown as z.ZodType<Bytes>;
const signedSize = z.int() as unknown as z.ZodType<Bytes>;
const duration = z.number().min(0) as unknown as z.ZodType<Millis>;
const count = z.int().min(0);
const text = z.string().max(4_096);
const name = z.string().min(1).max(1_024);
const sha = z.string().regex(FULL_SHA);
const sha256 = z.string().regex(SHA256);
/** Below the snapshot's own folder: no leading slash, no `..`. */
const relativePath = z
  .string()
  .max(1_024)
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0\\]+$/);

const sized = z.strictObject({ name, size });
const arch = z.enum(['x86_64', 'arm64']);

const entry = z.strictObject({ name, compressed: size, uncompressed: size });

const finding = z.discriminatedUnion('kind', [
  /** The binary needs a library that neither the image nor the package has: it dies at init. */
  z.strictObject({ kind: z.literal('missing-library'), library: name, image: name }),
  /** A glibc symbol version newer than the image's: it dies at init. */
  z.strictObject({ kind: z.literal('glibc-too-new'), needed: name, provided: name, image: name }),
  z.strictObject({ kind: z.literal('wrong-architecture'), found: name, expected: name }),
  /** The shipped binary carries symbols or debug information; `saving` is what leaving them out takes off the file. */
  z.strictObject({ kind: z.literal('ships-symbols'), saving: size }),
  z.strictObject({ kind: z.literal('interpreter'), found: name, expected: name }),
]);

const symbol = z.strictObject({
  /** As cargo bloat names it; a trailing `?` marks its guess, `[Unknown]` none. */
  crate: name,
  /** Without hash and generic arguments. */
  name,
  size,
  /** How many instantiations are folded into this row. */
  count,
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
  /** The twin's file beside the snapshot; `null` where there is none. */
  twin: relativePath.nullable(),
  /** Packages of `Cargo.lock` that this function's package reaches, workspace members not counted; `null` without a lock file. */
  dependencies: count.nullable(),
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

const declaredLimit = z.strictObject({
  text,
  /** `null`: `[workspace.metadata.coldgate]`; otherwise the package whose functions it bounds. */
  package: name.nullable(),
  /** `Cargo.toml`, relative to the repository. */
  file: text,
  line: z.int().min(1).nullable(),
});

const note = z.strictObject({
  code: z.enum([
    'rustflags',
    'displaced-wrapper',
    'no-twin',
    'no-lockfile',
    'ignored-files',
    'lfs',
    'submodule',
    'parent-config',
    'bins-left-out',
    'no-lambda-dependency',
    'toolchain',
    'tool',
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
  /** Everything else that goes into `cargo lambda build`, in order. */
  arguments: z.array(text).max(1_000),
  prepare: text.nullable(),
  /** Variables that change what cargo builds (`RUSTFLAGS`, `CARGO_PROFILE_*`, …). */
  environment: z.record(name, text),
  /** cargo's configuration outside the repository (`CARGO_HOME` and above the checkout), as a digest; empty where there is none. */
  cargoConfig: z.string().max(64),
  paths: z.strictObject({ checkout: name, target: name, cargoHome: name }),
});

/** What the build read beside the commit: a stored snapshot is used again only where all of it is as it was. */
const buildInputs = z.strictObject({
  /** A digest of each variable's value; `null`: it was not set. */
  variables: z.record(name, z.string().max(64).nullable()),
  /** A digest of each file or folder outside the checkout; `none`: it was not there. */
  files: z.record(text, z.string().max(64)),
  /** A digest of the environment that build scripts of the workspace can read in silence; `null` where there is no such script. */
  undeclared: z.string().max(64).nullable(),
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
  lockfile: lockfile.nullable(),
  limits: z.array(declaredLimit).max(2_000),
  notes: z.array(note).max(1_000),
  /** What each step took. */
  timings: z.record(name, duration),
});

export type Snapshot = Readonly<z.infer<typeof snapshot>>;
export type FunctionMeasurement = Snapshot['functions'][number];
export type Attribution = FunctionMeasurement['attribution'];
export type Finding = FunctionMeasurement['findings'][number];
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
  const result = snapshot.safeParse(value);
  if (result.success) return result.data;
  throw new UsageError(`${where}: not a valid snapshot: ${problemOf(result.error)}`);
}

/** The same definition as a JSON Schema (draft 2020-12). */
export function snapshotJsonSchema(): object {
  return { title: 'coldgate snapshot', ...z.toJSONSchema(snapshot) };
}

import * as z from 'zod';
import { size } from './fields.ts';

// What is wrong with a package, and what a line in a file of the project would save: findings as a snapshot holds them.

const name = z.string().min(1).max(1_024);
const sized = z.strictObject({ name, size });
/** A file of the repository, from its top, with the line where it is known. */
const place = { file: z.string().min(1).max(4_096), line: z.int().min(1).max(100_000_000).nullable() };

/** Of one function. */
export const finding = z.discriminatedUnion('kind', [
  /** The binary needs a library that neither the image nor the package has: it dies at init. */
  z.strictObject({ kind: z.literal('missing-library'), library: name, image: name }),
  /** A glibc symbol version newer than the image's: it dies at init. */
  z.strictObject({ kind: z.literal('glibc-too-new'), needed: name, provided: name, image: name }),
  z.strictObject({ kind: z.literal('wrong-architecture'), found: name, expected: name }),
  z.strictObject({ kind: z.literal('interpreter'), found: name, expected: name }),
  /**
   * The shipped binary carries symbols or debug information; `saving` is what leaving them out takes off the file, `sections` are the largest of
   * them.
   */
  z.strictObject({ kind: z.literal('ships-symbols'), saving: size, sections: z.array(sized).max(5) }),
  /** The package has nearly what Lambda takes (`LAMBDA_LIMITS`), or more: as it is uploaded directly, or unpacked. */
  z.strictObject({ kind: z.literal('package-limit'), of: z.enum(['upload', 'unpacked']), size }),
  /** Two packages in one binary that do the same, with the bytes of each: of the whole binary, or of its code where no more is known. */
  z.strictObject({
    kind: z.literal('twice'),
    job: z.enum(['crypto', 'tls']),
    of: z.enum(['binary', 'code']),
    packages: z.array(sized).min(2).max(10),
  }),
  /** One constant or static of many bytes. `crate`: the only one that uses it; `zip`: its share of the package. `null`: not known. */
  z.strictObject({ kind: z.literal('large-table'), name, crate: name.nullable(), size, zip: size.nullable() }),
  /** A file that is compiled in; `packed` is what it takes in a ZIP by itself. */
  z.strictObject({ kind: z.literal('large-include'), name, size, packed: size, place: z.strictObject(place).nullable() }),
]);

/** Of the project as a whole: what its files set for every function. */
export const projectFinding = z.discriminatedUnion('kind', [
  /** The release profile, as the build has it. `by`: who says so; `cargo-lambda` and `cargo` where no file does. The place is where to write it. */
  z.strictObject({
    kind: z.literal('profile'),
    profile: name,
    setting: z.enum(['opt-level', 'lto', 'codegen-units', 'panic', 'strip']),
    found: name,
    by: z.enum(['manifest', 'configuration', 'environment', 'cargo-lambda', 'cargo']),
    ...place,
  }),
  /** `[profile.*]` of a member of a workspace: cargo warns, and reads the workspace's alone. */
  z.strictObject({ kind: z.literal('ignored-profile'), package: name, ...place }),
  /** Flags that take the place of cargo lambda's own `-C target-cpu`. `by`: a variable, or a file; the place where that is in the repository. */
  z.strictObject({ kind: z.literal('rustflags'), by: name, cpu: name, place: z.strictObject(place).nullable() }),
  /** A template that deploys to an older image than there is. */
  z.strictObject({ kind: z.literal('old-image'), found: name, ...place }),
  /** A template that deploys to another architecture than what is measured was built for. */
  z.strictObject({ kind: z.literal('template-architecture'), found: name, built: name, ...place }),
]);

export type Finding = z.infer<typeof finding>;
export type ProjectFinding = z.infer<typeof projectFinding>;
/** More than a project has; what is beyond is left out. */
export const MOST_PROJECT_FINDINGS = 100;

import * as z from 'zod';

const text = z.string().max(1_024);
const name = z.string().min(1).max(1_024);

/** What a person writes of a dependency, of a feature or of a profile, and the line where it stands. */
export const manifestLine = z.strictObject({
  /** `workspace`: `[workspace.dependencies]`. Development dependencies are not kept. */
  table: z.enum(['dependencies', 'build-dependencies', 'workspace', 'features', 'profile']),
  /** `cfg(…)` or a triple of `[target.….dependencies]`. */
  target: text.nullable(),
  /** As it is written; of a profile `release.lto`. */
  key: name,
  line: z.int().min(1).nullable(),
  /** The package, where the key is another name for it; of others the key. */
  package: name,
  /** The version that it asks for; of a profile the value. */
  requirement: text.nullable(),
  /** That it switches on; of a feature what it stands for. */
  features: z.array(name).max(1_000),
  defaultFeatures: z.boolean(),
  optional: z.boolean(),
  /** `workspace = true`: what else it says stands in `[workspace.dependencies]`. */
  inherits: z.boolean(),
  /** A digest of where it comes from besides the default registry: a path, git and its revision, another registry; `null`: from nowhere else. */
  origin: z.string().max(16).nullable(),
});

export const manifest = z.strictObject({
  /** Relative to the repository. */
  file: text,
  /** `null`: a workspace without a package of its own. */
  package: name.nullable(),
  lines: z.array(manifestLine).max(20_000),
});

export type ManifestLine = z.infer<typeof manifestLine>;
export type Manifest = z.infer<typeof manifest>;

import type { ProjectFinding } from '../core/snapshot/findings.ts';
import { table } from './toml.ts';
import { linesBy, placesIn } from './toml-lines.ts';

type Profile = Extract<ProjectFinding, { readonly kind: 'profile' }>;
type Setting = Profile['setting'];

/** A file of TOML that can set profiles. */
export interface ProfileFile {
  /** From the repository's top; one that lies outside by its whole path. */
  readonly file: string;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface ProfileSources {
  /** The profile's name, as it was asked for. */
  readonly profile: string;
  /** The workspace's own `Cargo.toml`: cargo reads profiles of no other. */
  readonly manifest: ProfileFile;
  /** cargo's configuration, the nearest first. */
  readonly configs: readonly ProfileFile[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether cargo lambda puts its own settings in where the manifest has none. */
  readonly optimizes: boolean;
}

/** A setting as the build has it. */
export interface Effective {
  readonly setting: Setting;
  readonly value: string | number | boolean;
  readonly by: Profile['by'];
  /** Where it is written, else where it would be. */
  readonly file: string;
  readonly line: number | null;
}

const SETTINGS: readonly Setting[] = ['opt-level', 'lto', 'codegen-units', 'panic', 'strip'];

/**
 * What cargo lambda passes as `--config` for `--release`, each where the workspace's manifest does not set it; it wins over variables and configuration.
 * https://github.com/cargo-lambda/cargo-lambda/blob/v1.9.2/crates/cargo-lambda-metadata/src/cargo/profile.rs
 */
const LAMBDA: Readonly<Partial<Record<Setting, string | number>>> = { strip: 'symbols', lto: 'thin', 'codegen-units': 1, panic: 'abort' };

/** cargo's own: https://doc.rust-lang.org/cargo/reference/profiles.html#default-profiles */
const RELEASE: Readonly<Record<Setting, string | number | boolean>> = {
  'opt-level': 3,
  lto: false,
  'codegen-units': 16,
  panic: 'unwind',
  strip: 'none',
};
const DEV: typeof RELEASE = { ...RELEASE, 'opt-level': 0, 'codegen-units': 256 };

/** The profile that a build has, setting by setting, by cargo's order: cargo lambda's `--config`, variables, configuration, the manifest, what it inherits. */
export function effectiveProfile(sources: ProfileSources): readonly Effective[] {
  return SETTINGS.map((setting) => effectiveSetting(setting, sources));
}

function effectiveSetting(setting: Setting, sources: ProfileSources): Effective {
  const { profile, manifest, configs, env, optimizes } = sources;
  const place = placeIn(manifest, profile, setting);
  if (optimizes && profile === 'release') {
    const own = LAMBDA[setting];
    const set = settingIn(manifest, profile, setting) !== undefined || (setting === 'strip' && keepsDebug(manifest));
    if (own !== undefined && !set) return { setting, value: own, by: 'cargo-lambda', ...place };
  }
  for (const name of chainOf(sources)) {
    const given = env[`CARGO_PROFILE_${name.toUpperCase().replaceAll('-', '_')}_${setting.toUpperCase().replaceAll('-', '_')}`];
    if (given !== undefined && given !== '') return { setting, value: given, by: 'environment', ...place };
    for (const config of configs) {
      const value = settingIn(config, name, setting);
      if (value !== undefined) return { setting, value, by: 'configuration', ...placeIn(config, name, setting) };
    }
    const value = settingIn(manifest, name, setting);
    if (value !== undefined) return { setting, value, by: 'manifest', ...placeIn(manifest, name, setting) };
  }
  const root = chainOf(sources).at(-1);
  return { setting, value: (root === 'dev' ? DEV : RELEASE)[setting], by: 'cargo', ...place };
}

/** A profile and those that it inherits from, the nearest first. A circle, which cargo refuses, ends where it closes. */
function chainOf({ profile, manifest, configs }: ProfileSources): readonly string[] {
  const chain = [profile];
  for (let name = profile; chain.length < 20; ) {
    const inherits = [...configs, manifest]
      .map((file) => table(table(file.value.profile)[name]).inherits)
      .find((value) => value !== undefined);
    if (typeof inherits !== 'string' || chain.includes(inherits)) break;
    chain.push(inherits);
    name = inherits;
  }
  return chain;
}

function settingIn({ value }: ProfileFile, profile: string, setting: Setting): Effective['value'] | undefined {
  const found = table(table(value.profile)[profile])[setting];
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? found : undefined;
}

/** cargo lambda strips nothing where the manifest asks for debug information. */
function keepsDebug({ value }: ProfileFile): boolean {
  const { debug } = table(table(value.profile).release);
  return debug !== undefined && debug !== false && debug !== 0 && debug !== 'none';
}

function placeIn({ file, text }: ProfileFile, profile: string, setting: Setting): Pick<Effective, 'file' | 'line'> {
  return { file, line: linesBy(placesIn(text))(['profile', profile, setting]) };
}

/** What of the profile makes the package larger than it need be. Symbols are found in what was built. */
export function profileFindings(sources: ProfileSources): readonly ProjectFinding[] {
  return effectiveProfile(sources).flatMap((one): readonly ProjectFinding[] => {
    if (!costs(one)) return [];
    const { setting, value, by, file, line } = one;
    return [{ kind: 'profile', profile: sources.profile, setting, found: written(value).slice(0, 200), by, file, line }];
  });
}

function costs({ setting, value }: Effective): boolean {
  const text = String(value);
  switch (setting) {
    case 'opt-level':
      return text === '0' || text === '1';
    case 'lto':
      return text !== 'fat' && text !== 'true';
    case 'codegen-units':
      return text !== '1';
    case 'panic':
      return text !== 'abort';
    case 'strip':
      return text !== 'symbols' && text !== 'true';
  }
}

/** As a manifest has it. */
function written(value: Effective['value']): string {
  return typeof value === 'string' && !/^(\d+|true|false)$/.test(value) ? JSON.stringify(value) : String(value);
}

/** Profiles in manifests of members, which cargo leaves out with a warning: https://doc.rust-lang.org/cargo/reference/profiles.html */
export function ignoredProfiles(members: readonly (ProfileFile & { readonly package: string })[]): readonly ProjectFinding[] {
  return members.flatMap(({ package: owner, file, text, value }): readonly ProjectFinding[] => {
    const [profile] = Object.keys(table(value.profile));
    if (profile === undefined) return [];
    return [{ kind: 'ignored-profile', package: owner, file, line: linesBy(placesIn(text))(['profile', profile]) }];
  });
}

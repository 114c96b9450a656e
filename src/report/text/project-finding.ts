import type { ProjectFinding } from '../../core/snapshot/findings.ts';
import type { TextStyle } from './escape.ts';

type Profile = Extract<ProjectFinding, { readonly kind: 'profile' }>;

/** `Cargo.toml:12`. */
export function placeText({ file, line }: { readonly file: string; readonly line: number | null }, { name }: TextStyle): string {
  return name(line === null ? file : `${file}:${line}`);
}

/** What the project's files set, in words, with the line to write. A share is told where it was measured, on what it was measured. */
export function projectFindingText(finding: ProjectFinding, style: TextStyle): string {
  const { name } = style;
  switch (finding.kind) {
    case 'profile':
      return profileText(finding, style);
    case 'ignored-profile':
      return `the profile at ${placeText(finding, style)} counts for nothing: cargo reads that of the workspace's own ${name('Cargo.toml')} alone, and warns. Move it there.`;
    case 'rustflags': {
      const by = finding.place === null ? name(finding.by) : placeText(finding.place, style);
      return `the flags of ${by} take the place of cargo lambda's own, so what ships is not built for the CPU ${name(finding.cpu)}. Add ${name(`-C target-cpu=${finding.cpu}`)} to them.`;
    }
    case 'old-image':
      return `${placeText(finding, style)} deploys to ${name(finding.found)}. Write ${name('provided.al2023')}: linked for its glibc (a target that ends in ${name('-gnu.2.34')}) an axum function took 11 % fewer instructions to its first request.`;
    case 'template-architecture':
      return `${placeText(finding, style)} deploys to ${name(finding.found)}, and what is measured here is built for ${name(finding.built)}. Measure with ${name(`--arch ${finding.found}`)}.`;
  }
}

/** The measure for a Lambda, as a manifest has it. */
const WANTED: Readonly<Record<Profile['setting'], string>> = {
  'opt-level': 'opt-level = 3',
  lto: 'lto = "fat"',
  'codegen-units': 'codegen-units = 1',
  panic: 'panic = "abort"',
  strip: 'strip = true',
};

function profileText(finding: Profile, style: TextStyle): string {
  const { name } = style;
  const { profile, setting, found, by, line } = finding;
  const place = placeText(finding, style);
  const set = name(`${setting} = ${found}`);
  const wanted = name(WANTED[setting]);
  const table = name(`[profile.${profile}]`);
  const below = `${table} of ${line === null ? name(finding.file) : place}`;
  const measured = measuredText(finding);
  switch (by) {
    case 'manifest':
    case 'configuration':
      return `${set} at ${place}. Write ${wanted}${measured}`;
    case 'environment':
      return `${set} by a variable of the environment (${name(variableOf(finding))}). Write ${wanted} there${measured}`;
    case 'cargo-lambda':
      return `${set}, which cargo lambda sets where the manifest does not. Write ${wanted} below ${below}${measured}`;
    case 'cargo':
      return `${set}, which is cargo's own. Write ${wanted} below ${below}${measured}`;
  }
}

function variableOf({ profile, setting }: Profile): string {
  return `CARGO_PROFILE_${profile}_${setting}`.toUpperCase().replaceAll('-', '_');
}

/**
 * By how many percent the package of the axum function of `test/corpus` is smaller with the wanted setting than with this one, all
 * others as they are wanted: docs/how-it-measures.md, "Findings".
 */
const MEASURED: Readonly<Record<string, number>> = {
  'lto="thin"': 12.3,
  'lto=false': 9.4,
  'panic="unwind"': 11.3,
  'codegen-units=16': 6.1,
  'opt-level=1': 7.5,
};

function measuredText({ setting, found }: Profile): string {
  if (setting === 'strip') return '; what that saves is told of each function that ships its symbols.';
  const percent = MEASURED[`${setting}=${found}`];
  const caught = setting === 'panic' ? ', if nothing catches a panic' : '';
  return percent === undefined ? `${caught}.` : `${caught}: the package of an axum function was ${percent} % smaller with it.`;
}

import { CHOICES } from './choices.ts';
import type { Remedy, TomlEdit } from './remedy.ts';

/** A table or line of a manifest. */
interface Place {
  /** The manifest, from the repository's top. */
  readonly file: string;
  /** `dependencies`, `tokio`. */
  readonly path: readonly string[];
}

/** A dependency as a manifest of the repository asks for it. */
export interface Requirement extends Place {
  /** Where version and `default-features` are written: of one that inherits it is the workspace's line, whose features count too. */
  readonly defaults: Place;
  /** As the manifest calls it. */
  readonly key: string;
  /** The package's own name, and the version that is locked. */
  readonly package: string;
  readonly version: string;
  /** Features that the manifest names, those of the workspace's line with them. */
  readonly features: readonly string[];
  readonly usesDefaults: boolean;
  /** Every feature of the package with what it turns on. */
  readonly known: Readonly<Record<string, readonly string[]>>;
  /** It comes from a registry, so there may be newer ones. */
  readonly published: boolean;
}

/** A package with every line of the repository's manifests that asks for it: to cargo its features are those of all of them together. */
export interface WantedPackage extends Pick<Requirement, 'package' | 'version' | 'known' | 'published'> {
  /** As the manifests call it; with its version where they call another one so too. */
  readonly label: string;
  readonly lines: readonly Requirement[];
}

export function wantedPackages(requirements: readonly Requirement[]): readonly WantedPackage[] {
  const groups = new Map<string, { readonly first: Requirement; readonly lines: Requirement[] }>();
  for (const one of requirements) {
    const id = `${one.package} ${one.version}`;
    const group = groups.get(id) ?? { first: one, lines: [] };
    group.lines.push(one);
    groups.set(id, group);
  }
  const firsts = [...groups.values()].map(({ first }) => first.key);
  return [...groups.values()].map(({ first: { key, package: name, version, known, published }, lines }) => {
    const isOnly = firsts.indexOf(key) === firsts.lastIndexOf(key);
    return { label: isOnly ? key : `${key}@${version}`, package: name, version, known, published, lines };
  });
}

const PLAIN = { sort: 'features', update: null, shape: null, promise: 0, refused: null } as const;

/** A remedy of features, and the one that does more: only where that failed is this one worth a build. */
export interface FeatureRemedy {
  readonly remedy: Remedy;
  readonly insteadOf: string | null;
  /** It turns a feature on, which may ask for a package that is nowhere on this machine yet. */
  readonly brings: boolean;
  /** It is worth a build only where it links no package that was not linked. */
  readonly nothingNew?: boolean;
}

/** The default features off, then each default feature and each named feature off by itself; in every manifest that asks for them. */
export function featureRemedies({ label, lines }: WantedPackage): readonly FeatureRemedy[] {
  const merged = new Map<string, FeatureRemedy>();
  for (const { remedy, ...more } of lines.flatMap((line) => [...lineRemedies(line, label), ...choiceRemedies(line, label)])) {
    const { remedy: before } = merged.get(remedy.id) ?? {};
    // Several lines inherit one of the workspace: each change does nothing the second time.
    merged.set(remedy.id, { remedy: before === undefined ? remedy : { ...before, edits: [...before.edits, ...remedy.edits] }, ...more });
  }
  return [...merged.values()];
}

function lineRemedies(requirement: Requirement, label: string): readonly FeatureRemedy[] {
  const { features, usesDefaults, known, defaults } = requirement;
  const standard = usesDefaults ? (known.default ?? []).filter(isFeatureName) : [];
  const found: FeatureRemedy[] = [];
  const all = `${label}:default-features`;
  const add = (id: string, title: string, without: readonly string[], edits: readonly TomlEdit[], insteadOf: string | null): void => {
    const behaviour = goneText(requirement, label, without);
    found.push({ remedy: { ...PLAIN, id, title: `${label}: ${title}`, slots: [id], edits, behaviour }, insteadOf, brings: false });
  };
  if (standard.length > 0) add(all, 'default-features = false', standard, [withoutDefaults(defaults)], null);
  if (standard.length > 1)
    for (const without of standard)
      add(`${all}-${without}`, `default features without ${without}`, [without], withoutDefault(defaults, standard, without), all);
  for (const feature of features.filter(isFeatureName)) {
    const id = `${label}:${feature}`;
    const edits = listEdits(requirement, (list) => list.filter((one) => one !== feature));
    add(id, `without ${feature}`, [feature], edits, null);
    const members = (known[feature] ?? []).filter((one) => isFeatureName(one) && known[one] !== undefined && !features.includes(one));
    if (members.length < 2) continue;
    for (const without of members) {
      const rest = members.filter((one) => one !== without);
      const parted = listEdits(requirement, (list) => [
        ...list.filter((one) => one !== feature && one !== without),
        ...(list.includes(feature) ? rest.filter((one) => !list.includes(one)) : []),
      ]);
      add(`${id}-${without}`, `${feature} without ${without}`, [without], parted, id);
    }
  }
  return found;
}

function goneText(requirement: Requirement, label: string, features: readonly string[]): string {
  const all = inherits(requirement) ? ', for every package that inherits it from the workspace' : '';
  return `what ${label} does by ${named(features)} is gone${all}`;
}

function inherits({ file, path, defaults }: Requirement): boolean {
  return defaults.file !== file || defaults.path.join('\0') !== path.join('\0');
}

function choiceRemedies(requirement: Requirement, label: string): readonly FeatureRemedy[] {
  const { features, known, usesDefaults } = requirement;
  const standard = usesDefaults ? (known.default ?? []) : [];
  return CHOICES.filter((choice) => choice.package === requirement.package).flatMap(
    ({ one, other, toOther, toOne, promise, largerOne }): readonly FeatureRemedy[] => {
      const has = (feature: string): boolean => features.includes(feature) || standard.includes(feature);
      // What is asked for twice is no choice between the two.
      if (has(one) === has(other)) return [];
      const [from, to, behaviour] = has(one) ? [one, other, toOther] : [other, one, toOne];
      const isDefault = standard.includes(from);
      // What `default` turns on beside features cannot be written out.
      if (known[to] === undefined || (isDefault && !standard.every(isFeatureName))) return [];
      const id = `${label}:${from}=${to}`;
      const all = `${label}:default-features`;
      const swapped = listEdits(requirement, (list) => list.map((feature) => (feature === from ? to : feature)));
      const edits = isDefault ? [...swapped, ...replacedDefault(requirement.defaults, standard, from, to)] : swapped;
      const slots = [id, `${label}:${from}`, ...(isDefault ? [all, `${all}-${from}`] : [])];
      const remedy = { ...PLAIN, id, title: `${label}: ${to} for ${from}`, slots, edits, behaviour, promise };
      return [{ remedy, insteadOf: null, brings: true, nothingNew: largerOne && to === one }];
    },
  );
}

/** A package raised to another version wherever it is asked for, so that one of a package stays where there were two. */
export function upgradeRemedy(
  { label, version, lines }: WantedPackage,
  to: string,
): Pick<Remedy, 'id' | 'title' | 'sort' | 'slots' | 'edits' | 'update' | 'behaviour'> {
  return {
    id: `${label}@${to}`,
    title: `${label.replace(`@${version}`, '')} ${version} → ${to}`,
    sort: 'versions',
    slots: [`version of ${label}`],
    // The version stands where the workspace has it.
    edits: lines.map(({ defaults }) => ({ ...defaults, change: (before) => withVersion(before, to) })),
    update: null,
    behaviour: `another release of ${label}: read its changelog`,
  };
}

/** A package that is locked at two versions moved onto one, where every requirement allows it. */
export function unifyRemedy(name: string, from: string, to: string): Remedy {
  return {
    ...{
      id: `${name}@${from}=${to}`,
      title: `${name} ${from} → ${to} in Cargo.lock`,
      sort: 'versions',
      slots: [`lock of ${name}@${from}`],
    },
    ...{
      edits: [],
      update: [`${name}@${from}`, '--precise', to],
      behaviour: `who used ${name} ${from} uses ${to}, which their requirement allows`,
    },
    ...{ shape: null, promise: 0, refused: null },
  };
}

/**
 * The requirements to try for a newer release, the smallest step first: the next ones that cargo does not hold for compatible, then `newest`.
 * `0.11.27` with `0.13.5` gives `0.12` and `0.13`; `1.9.0` with `3.0.0` gives `2` and `3`.
 */
export function steps(version: string, newest: string): readonly string[] {
  const [from, to] = [version, newest].map((text) => text.split(/[.+-]/).map(Number));
  const [[major = 0, minor = 0] = [], [last = 0, lastMinor = 0] = []] = [from, to];
  if ([major, minor, last, lastMinor].some((part) => !Number.isInteger(part))) return [];
  const MOST = 3;
  if (major === 0 && last === 0)
    return Array.from({ length: Math.min(MOST, Math.max(0, lastMinor - minor)) }, (_, at) => `0.${minor + 1 + at}`);
  return Array.from({ length: Math.min(MOST, Math.max(0, last - major)) }, (_, at) => {
    const next = major + 1 + at;
    return next === last && last > 0 ? `${last}` : `${next}`;
  });
}

function withoutDefaults(at: Place): TomlEdit {
  return { ...at, change: (before) => ({ ...tableOf(before), 'default-features': false }) };
}

/** The first of its kind writes the list of default features out, each takes one away. */
function withoutDefault(at: Place, standard: readonly string[], without: string): readonly TomlEdit[] {
  return changedDefaults(at, standard, (list) => list.filter((one) => one !== without));
}

function replacedDefault(at: Place, standard: readonly string[], from: string, to: string): readonly TomlEdit[] {
  return changedDefaults(at, standard, (list) => [...new Set(list.map((one) => (one === from ? to : one)))]);
}

function changedDefaults(
  at: Place,
  standard: readonly string[],
  change: (features: readonly string[]) => readonly string[],
): readonly TomlEdit[] {
  const list: TomlEdit = {
    ...at,
    change: (before) => {
      const isFirst = tableOf(before)['default-features'] !== false;
      return withFeatures(before, (now) => change([...now, ...(isFirst ? standard.filter((one) => !now.includes(one)) : [])]));
    },
  };
  return [list, withoutDefaults(at)];
}

/** A change of the list of features, of the workspace's too where that is inherited. */
function listEdits(requirement: Requirement, change: (features: readonly string[]) => readonly string[]): readonly TomlEdit[] {
  const { file, path, defaults } = requirement;
  const places = inherits(requirement) ? [{ file, path }, defaults] : [defaults];
  return places.map((place) => ({ ...place, change: (before) => withFeatures(before, change) }));
}

function withFeatures(before: unknown, change: (features: readonly string[]) => readonly string[]): unknown {
  const table = tableOf(before);
  const now = Array.isArray(table.features) ? table.features.filter((one) => typeof one === 'string') : [];
  const features = change(now);
  if (features.join('\0') === now.join('\0')) return before;
  const { features: _, ...rest } = table;
  return features.length === 0 ? rest : { ...table, features };
}

function withVersion(before: unknown, version: string): unknown {
  return typeof before === 'string' ? version : { ...tableOf(before), version };
}

function tableOf(before: unknown): Readonly<Record<string, unknown>> {
  if (typeof before === 'string') return { version: before };
  return typeof before === 'object' && before !== null && !Array.isArray(before) ? { ...before } : {};
}

/** What cargo takes as a feature's name, without `dep:` and `package/feature`: https://doc.rust-lang.org/cargo/reference/features.html */
function isFeatureName(text: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.+-]*$/u.test(text);
}

/** Words for features that people know under another name. */
const KNOWN: Readonly<Record<string, string>> = {
  http2: 'HTTP/2',
  h2: 'HTTP/2',
  gzip: 'gzip',
  brotli: 'Brotli',
  'native-roots': 'certificate roots',
  'rustls-native-certs': 'certificate roots',
  'webpki-roots': 'certificate roots',
};

function named(features: readonly string[]): string {
  const shown = features.slice(0, 4).map((one) => (KNOWN[one] === undefined ? one : `${one} (${KNOWN[one]})`));
  return `its feature${features.length === 1 ? '' : 's'} ${shown.join(', ')}${features.length > 4 ? ` and ${features.length - 4} more` : ''}`;
}

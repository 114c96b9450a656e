import type { Remedy, TomlEdit } from './remedy.ts';

/** A dependency as a manifest of the repository asks for it. */
export interface Requirement {
  /** The manifest, from the repository's top. */
  readonly file: string;
  /** Its table or line there: `dependencies`, `tokio`. */
  readonly path: readonly string[];
  /** Where `default-features` is written: of one that inherits it is the workspace's line. */
  readonly defaults: { readonly file: string; readonly path: readonly string[] };
  /** As the manifest calls it. */
  readonly key: string;
  /** The package's own name, and the version that is locked. */
  readonly package: string;
  readonly version: string;
  /** Features that the manifest names. */
  readonly features: readonly string[];
  readonly usesDefaults: boolean;
  /** Every feature of the package with what it turns on. */
  readonly known: Readonly<Record<string, readonly string[]>>;
  /** It comes from a registry, so there may be newer ones. */
  readonly published: boolean;
}

const PLAIN = { sort: 'features', update: null, shape: null, promise: 0, refused: null } as const;

/** A remedy of features, and the one that does more: only where that failed is this one worth a build. */
export interface FeatureRemedy {
  readonly remedy: Remedy;
  readonly insteadOf: string | null;
}

/** The default features off, then each default feature and each named feature off by itself. */
export function featureRemedies(requirement: Requirement): readonly FeatureRemedy[] {
  const { key, features, usesDefaults, known, defaults } = requirement;
  const standard = usesDefaults ? (known.default ?? []).filter(isFeatureName) : [];
  const found: FeatureRemedy[] = [];
  const all = `${key}:default-features`;
  if (standard.length > 0) {
    const edits = [{ ...defaults, change: (before: unknown) => withDefaults(before, false) }];
    const title = `${key}: default-features = false`;
    const behaviour = `what ${key} does by ${named(standard)} is gone`;
    found.push({ remedy: { ...PLAIN, id: all, title, slots: [all], edits, behaviour }, insteadOf: null });
  }
  if (standard.length > 1)
    for (const without of standard) {
      const edits = withoutDefault(requirement, standard, without);
      const title = `${key}: default features without ${without}`;
      const behaviour = `what ${key} does by ${named([without])} is gone`;
      const id = `${key}:default-features-${without}`;
      found.push({ remedy: { ...PLAIN, id, title, slots: [id], edits, behaviour }, insteadOf: all });
    }
  for (const feature of features.filter(isFeatureName)) {
    const id = `${key}:${feature}`;
    const edits = [edit(requirement, (list) => list.filter((one) => one !== feature))];
    const behaviour = `what ${key} does by ${named([feature])} is gone`;
    found.push({ remedy: { ...PLAIN, id, title: `${key}: without ${feature}`, slots: [id], edits, behaviour }, insteadOf: null });
    const members = (known[feature] ?? []).filter((one) => isFeatureName(one) && known[one] !== undefined && !features.includes(one));
    if (members.length < 2) continue;
    for (const without of members) {
      const part = `${id}-${without}`;
      const rest = members.filter((one) => one !== without);
      const change = edit(requirement, (list) => [
        ...list.filter((one) => one !== feature && one !== without),
        ...(list.includes(feature) ? rest.filter((one) => !list.includes(one)) : []),
      ]);
      const what = `what ${key} does by ${named([without])} is gone`;
      found.push({
        remedy: { ...PLAIN, id: part, title: `${key}: ${feature} without ${without}`, slots: [part], edits: [change], behaviour: what },
        insteadOf: id,
      });
    }
  }
  return [...found, ...rootsRemedies(requirement).map((remedy) => ({ remedy, insteadOf: null }))];
}

const COMPILED_ROOTS =
  'the certificate roots are those that were compiled in: the machine’s own (a private CA, say) are not trusted any more, and new ones come with a new build';
const IMAGE_ROOTS = 'the certificate roots are those of the image: each start reads them';

/** Where a feature brings certificate roots: read from the machine at each start, or compiled in. */
const ROOTS: readonly { readonly package: string; readonly native: string; readonly bundled: string }[] = [
  { package: 'reqwest', native: 'rustls-tls-native-roots', bundled: 'rustls-tls-webpki-roots' },
  { package: 'hyper-rustls', native: 'native-tokio', bundled: 'webpki-tokio' },
  { package: 'hyper-rustls', native: 'rustls-native-certs', bundled: 'webpki-roots' },
  { package: 'tokio-tungstenite', native: 'rustls-tls-native-roots', bundled: 'rustls-tls-webpki-roots' },
  { package: 'tonic', native: 'tls-native-roots', bundled: 'tls-webpki-roots' },
  { package: 'sqlx', native: 'tls-rustls-ring-native-roots', bundled: 'tls-rustls-ring-webpki' },
];

function rootsRemedies(requirement: Requirement): readonly Remedy[] {
  const { key, features, known } = requirement;
  return ROOTS.filter((one) => one.package === requirement.package).flatMap(({ native, bundled }): readonly Remedy[] => {
    const [from, to, behaviour] = features.includes(native)
      ? [native, bundled, COMPILED_ROOTS]
      : features.includes(bundled)
        ? [bundled, native, IMAGE_ROOTS]
        : [null, null, null];
    if (from === null || known[to] === undefined) return [];
    const id = `${key}:${from}=${to}`;
    const edits = [edit(requirement, (list) => list.map((one) => (one === from ? to : one)))];
    return [{ ...PLAIN, id, title: `${key}: ${to} for ${from}`, slots: [`${key}:${from}`, id], edits, behaviour, promise: 60_000 }];
  });
}

/** A requirement raised to another version, so that one of a package stays where there were two. */
export function upgradeRemedy(
  { key, version, file, path, defaults }: Requirement,
  to: string,
): Pick<Remedy, 'id' | 'title' | 'sort' | 'slots' | 'edits' | 'update' | 'behaviour'> {
  // The version stands where the workspace has it.
  const at = defaults.file === file && defaults.path.join('\0') === path.join('\0') ? { file, path } : defaults;
  return {
    id: `${key}@${to}`,
    title: `${key} ${version} → ${to}`,
    sort: 'versions',
    slots: [`version of ${key}`],
    edits: [{ ...at, change: (before) => withVersion(before, to) }],
    update: null,
    behaviour: `another release of ${key}: read its changelog`,
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

function withoutDefault(requirement: Requirement, standard: readonly string[], without: string): readonly TomlEdit[] {
  const off: TomlEdit = { ...requirement.defaults, change: (before) => withDefaults(before, false) };
  // Composes with others of its kind: the first one writes the list out, each takes one away.
  const marked = requirement.features;
  const list = edit(requirement, (now) => {
    const isFirst = now.length === marked.length && now.every((one) => marked.includes(one));
    const whole = isFirst ? [...now, ...standard.filter((one) => !now.includes(one))] : now;
    return whole.filter((one) => one !== without);
  });
  return [off, list];
}

function edit({ file, path }: Requirement, change: (features: readonly string[]) => readonly string[]): TomlEdit {
  return {
    file,
    path,
    change: (before) => {
      const table = tableOf(before);
      const features = change(Array.isArray(table.features) ? table.features.filter((one) => typeof one === 'string') : []);
      const { features: _, ...rest } = table;
      return features.length === 0 ? rest : { ...table, features };
    },
  };
}

function withDefaults(before: unknown, on: boolean): unknown {
  return { ...tableOf(before), 'default-features': on };
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

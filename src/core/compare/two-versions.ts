import { crateOf, normalizeCrate } from '../crates.ts';
import type { TwoVersions } from '../model/comparison.ts';
import { compareText, groupBy } from '../pair.ts';
import type { Row } from '../rows.ts';
import { compareVersions } from '../versions.ts';
import { graphOf, type Linked, type LinkedPackage } from './linked.ts';

/** What less code than this costs is told in the list of dependencies alone. */
const LEAST = 10_000;
/** Of one name; a lock file that was made up may have thousands. */
const VERSIONS = 5;
const FINDINGS = 20;

/**
 * The packages that are linked into a function in more versions than into any of `before`, the largest first. `crates`: its code, in which versions
 * of one name are one row.
 */
export function twoVersions(head: Linked, before: readonly Linked[], crates: readonly Row[]): readonly TwoVersions[] {
  const most = new Map<string, number>();
  for (const { packages } of before) for (const [name, all] of several(packages)) most.set(name, Math.max(most.get(name) ?? 0, all.length));
  const twice = several(head.packages).filter(([name, all]) => all.length > (most.get(name) ?? 1));
  if (twice.length === 0) return [];
  const sizes = new Map(crates.map((row) => [crateOf(row.name), row]));
  const { askedBy } = graphOf(head);
  return twice
    .map(([name, all]): TwoVersions => {
      const { base = null, head: size = null } =
        sizes.get(normalizeCrate(all[0]?.crate ?? name)) ?? (crates.length === 0 ? {} : { base: 0, head: 0 });
      return {
        ...{ kind: 'two-versions', name, size: { base, head: size } },
        versions: all.slice(0, VERSIONS).map(({ id, version }) => ({ version, by: askedBy(id) })),
      };
    })
    .filter(({ size }) => size.head === null || size.head >= LEAST)
    .toSorted((a, b) => (b.size.head ?? 0) - (a.size.head ?? 0) || compareText(a.name, b.name))
    .slice(0, FINDINGS);
}

/** What a function needs one of: each brings much along. */
const STACKS = new Set(
  'h2 http http-body hyper hyper-rustls hyper-util native-tls reqwest ring rustls tokio tokio-rustls aws-lc-rs'.split(' '),
);

/** Those of the HTTP and TLS stacks that are linked in more than one version, whoever brought them; without those that are `told` of already. */
export function doubledStacks(head: Linked, crates: readonly Row[], told: readonly TwoVersions[]): readonly TwoVersions[] {
  return twoVersions(head, [], crates).filter(({ name }) => STACKS.has(name) && told.every((one) => one.name !== name));
}

/** The packages that stand there in several versions, the newest first. */
function several(packages: Linked['packages']): readonly (readonly [string, readonly LinkedPackage[]])[] {
  const external = [...packages.values()].filter(({ source }) => source !== null);
  return [...groupBy(external, ({ name }) => name)].flatMap(([name, all]) =>
    all.length < 2
      ? []
      : [[name, all.toSorted((a, b) => compareVersions(b.version, a.version) || compareText(b.version, a.version))] as const],
  );
}

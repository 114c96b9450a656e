import { normalizeCrate } from '../core/crates.ts';
import type { Finding } from '../core/snapshot/findings.ts';
import type { Owners } from '../core/snapshot/owners.ts';
import type { Attribution } from '../core/snapshot/snapshot.ts';
import { bytes } from '../core/units.ts';

type Job = Extract<Finding, { readonly kind: 'twice' }>['job'];

/** Packages that do the same, by the crates that their code is counted with. One is enough in a function. */
const JOBS: Readonly<Record<Job, Readonly<Record<string, readonly string[]>>>> = {
  crypto: {
    ring: ['ring'],
    'aws-lc-rs': ['aws_lc_rs', 'aws_lc_sys', 'aws_lc_fips_sys'],
    openssl: ['openssl', 'openssl_sys'],
  },
  tls: {
    rustls: ['rustls'],
    'native-tls': ['native_tls', 'openssl', 'openssl_sys'],
    's2n-tls': ['s2n_tls', 's2n_tls_sys'],
  },
};

/** A package with less than this is not linked for its work. */
const LEAST = 1_000;

/** What a binary has twice, with the bytes of each. C and assembly that a package brings along are its own where owners are known. */
export function twiceIn(attribution: Attribution, owners: Owners): readonly Finding[] {
  const sizes = sizesByCrate(attribution, owners);
  const jobs: readonly Job[] = ['crypto', 'tls'];
  return jobs.flatMap((job): readonly Finding[] => {
    const packages = Object.entries(JOBS[job])
      .map(([name, crates]) => ({ name, size: bytes(crates.reduce((sum, crate) => sum + (sizes.get(crate) ?? 0), 0)) }))
      .filter(({ size }) => size >= LEAST)
      .toSorted((a, b) => b.size - a.size);
    return packages.length < 2 ? [] : [{ kind: 'twice', job, of: owners.kind === 'owned' ? 'binary' : 'code', packages }];
  });
}

function sizesByCrate(attribution: Attribution, owners: Owners): ReadonlyMap<string, number> {
  const rows =
    owners.kind === 'owned'
      ? owners.crates.map(({ name, code, data, unwinding, relocations, other }) => ({
          name,
          size: code + data + unwinding + relocations + other,
        }))
      : attribution.kind === 'none'
        ? []
        : attribution.crates;
  const sizes = new Map<string, number>();
  for (const { name, size } of rows) {
    const crate = normalizeCrate(name.replace(/\?$/, ''));
    sizes.set(crate, (sizes.get(crate) ?? 0) + size);
  }
  return sizes;
}

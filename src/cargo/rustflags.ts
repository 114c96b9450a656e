import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { ProjectFinding } from '../core/snapshot/findings.ts';
import type { Arch } from '../core/snapshot/snapshot.ts';
import { shortened } from '../core/text.ts';
import type { Environment } from '../exec/run.ts';
import { cfgHolds } from './cfg.ts';
import { type Config, configsOf } from './config.ts';
import { table } from './toml.ts';
import { linesBy, placesIn } from './toml-lines.ts';

/** What cargo lambda builds for, unless other flags take the place of its own: https://github.com/cargo-lambda/cargo-lambda/blob/v1.9.2/crates/cargo-lambda-build/src/target_arch.rs */
const CPUS: Readonly<Record<Arch, string>> = { x86_64: 'haswell', arm64: 'neoverse-n1' };

const TRIPLES: Readonly<Record<Arch, string>> = { x86_64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' };

/**
 * The flags that displace cargo lambda's `-C target-cpu`: those of `RUSTFLAGS`, of `CARGO_ENCODED_RUSTFLAGS` and of the target (in a variable or a
 * configuration). `[build] rustflags` do not: cargo lambda puts its own beside them. Flags that name a CPU themselves are a choice.
 */
export async function rustflagsFindings(
  { folder, checkout, env }: { readonly folder: string; readonly checkout: string; readonly env: Environment },
  arch: Arch,
): Promise<readonly ProjectFinding[]> {
  const named = `CARGO_TARGET_${TRIPLES[arch].toUpperCase().replaceAll('-', '_')}_RUSTFLAGS`;
  for (const name of ['CARGO_ENCODED_RUSTFLAGS', 'RUSTFLAGS']) {
    const flags = env[name] ?? '';
    // The first that is set is the only one that cargo reads.
    if (flags !== '') return namesCpu([flags]) ? [] : [{ kind: 'rustflags', by: name, cpu: CPUS[arch], place: null }];
  }
  const configs = await configsOf(folder, checkout, env);
  const found = configs.flatMap((config) => targetsOf(config, arch).map((target) => ({ config, target })));
  const flags = [
    env[named] ?? '',
    ...found.map(({ config, target }) => JSON.stringify(table(table(config.value.target)[target]).rustflags)),
  ];
  if (namesCpu(flags)) return [];
  const variable: readonly ProjectFinding[] =
    (env[named] ?? '') === '' ? [] : [{ kind: 'rustflags', by: named, cpu: CPUS[arch], place: null }];
  const files = await Promise.all(found.map(({ config, target }) => inFile(config, target, checkout, arch)));
  return [...variable, ...files];
}

function namesCpu(flags: readonly string[]): boolean {
  return flags.some((text) => text.includes('target-cpu='));
}

/** The targets of a configuration that have flags and are the one that is built for. */
function targetsOf({ value }: Config, arch: Arch): readonly string[] {
  return Object.entries(table(value.target)).flatMap(([target, settings]) => {
    if (table(settings).rustflags === undefined) return [];
    return target === TRIPLES[arch] || cfgHolds(target, arch) ? [target] : [];
  });
}

async function inFile({ path }: Config, target: string, checkout: string, arch: Arch): Promise<ProjectFinding> {
  const file = relative(checkout, path);
  const isInside = file !== '' && !file.startsWith('..');
  const line = isInside ? linesBy(placesIn(await readFile(path, 'utf8').catch(() => '')))(['target', target, 'rustflags']) : null;
  return {
    ...{ kind: 'rustflags', by: shortened(isInside ? file : path, 1_000), cpu: CPUS[arch] },
    place: isInside ? { file, line } : null,
  };
}

import type { Outcome } from '../../core/model.ts';
import type { Arch, Finding } from '../../core/snapshot/snapshot.ts';
import { renderBytes } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';
import { capped } from './limits.ts';

/** One line for each thing wrong with a package, with what to do about it; functions that share it share the line. */
export function findingLines({ comparison }: Outcome, style: TextStyle): readonly string[] {
  const { arch } = comparison.head.snapshot.invocation;
  const functions = new Map<string, string[]>();
  for (const row of comparison.functions) {
    for (const finding of row.findings) {
      const key = findingText(finding, arch, style);
      functions.set(key, [...(functions.get(key) ?? []), style.name(row.name)]);
    }
  }
  return capped(
    Array.from(functions, ([text, names]) => `${listed(names, 5)}: ${text}`),
    'warning',
  );
}

/** One finding in words, with what to do about it. */
export function findingText(finding: Finding, arch: Arch, { name }: TextStyle): string {
  switch (finding.kind) {
    case 'missing-library':
      return `needs ${name(finding.library)}, which neither ${name(finding.image)} nor the package has, so it dies at init. Bundle it in ${name('lib/')} of the package or link it statically.`;
    case 'glibc-too-new': {
      const target = `${machine(arch)}-unknown-linux-gnu.${finding.provided.replace(/^GLIBC_/, '')}`;
      return `needs glibc ${name(finding.needed)}, ${name(finding.image)} has ${name(finding.provided)}, so it dies at init. Build with ${name('--compiler zig')} or for the target ${name(target)}.`;
    }
    case 'wrong-architecture':
      return `is built for ${name(finding.found)}, expected ${name(finding.expected)}, so it dies at init. Build with the ${name('--arch')} that the function is deployed for.`;
    case 'interpreter':
      return `asks for the loader ${name(finding.found)}, the image has ${name(finding.expected)}, so it dies at init. Build for the target ${name(`${machine(arch)}-unknown-linux-gnu`)} or link statically.`;
    case 'ships-symbols':
      return `ships its symbols. ${name('strip = true')} in the profile saves ${renderBytes(finding.saving)} of the binary.`;
  }
}

function machine(arch: Arch): string {
  switch (arch) {
    case 'x86_64':
      return arch;
    case 'arm64':
      return 'aarch64';
  }
}

import type { FunctionFinding, TwoVersions } from '../../core/model/comparison.ts';
import type { Finding } from '../../core/snapshot/findings.ts';
import type { Arch } from '../../core/snapshot/snapshot.ts';
import { bytes, renderBytes, renderDelta } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';
import { packageLimitText } from './package-limits.ts';
import { placeText } from './project-finding.ts';

/** One finding of a function in words, with what to do about it. */
export function findingText(finding: FunctionFinding, arch: Arch, style: TextStyle): string {
  const { name } = style;
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
      return `ships its symbols${sectionsText(finding, style)}. ${name('strip = true')} in the profile saves ${renderBytes(finding.saving)} of the binary.`;
    case 'package-limit':
      return packageLimitText(finding, style);
    case 'two-versions':
      return twoVersionsText(finding, style);
    case 'twice':
      return twiceText(finding, style);
    case 'large-table':
      return tableText(finding, style);
    case 'large-include':
      return includeText(finding, style);
  }
}

function sectionsText({ sections }: Extract<Finding, { readonly kind: 'ships-symbols' }>, { name }: TextStyle): string {
  if (sections.length === 0) return '';
  const parts = sections.map((section) => `${name(section.name)} ${renderBytes(section.size)}`);
  return ` (${listed(parts, 3)})`;
}

const JOBS: Readonly<Record<Extract<Finding, { readonly kind: 'twice' }>['job'], string>> = {
  crypto: 'crypto providers',
  tls: 'TLS stacks',
};

function twiceText({ job, of, packages }: Extract<Finding, { readonly kind: 'twice' }>, { name }: TextStyle): string {
  const parts = packages.map((one) => `${name(one.name)} ${renderBytes(one.size)}${of === 'code' ? ' of code' : ''}`);
  const least = packages.at(-1)?.name ?? '';
  return `has ${packages.length} ${JOBS[job]}: ${parts.join(', ')}. One is enough; ${name(`cargo tree -i ${least}`)} tells who asks for ${name(least)}.`;
}

/** `has the table tables::PRICES of tables: 900 kB of the binary, 904 kB of the package.` */
function tableText({ name: table, crate, size, zip }: Extract<Finding, { readonly kind: 'large-table' }>, { name }: TextStyle): string {
  const whose = crate === null ? '' : ` of ${name(crate)}`;
  const packed = zip === null ? '' : `, ${renderBytes(zip)} of the package`;
  const what = table.startsWith('[') ? 'a constant without a name' : `the table ${name(table)}`;
  return `has ${what}${whose}: ${renderBytes(size)} of the binary${packed}. What of it is never asked for can go.`;
}

function includeText({ name: file, size, packed, place }: Extract<Finding, { readonly kind: 'large-include' }>, style: TextStyle): string {
  const where = place === null ? '' : ` (${placeText(place, style)})`;
  return `has the file ${style.name(file)} compiled in${where}: ${renderBytes(size)} of the binary, ${renderBytes(packed)} packed by itself. What of it is never asked for can go.`;
}

/**
 * `links rustls in 2 versions, 0.23.5 for aws-smithy-http-client and 0.21.12 for hyper-rustls: together 412 kB of code, +214 kB.` Symbols do not
 * tell whose code of two versions is which.
 */
function twoVersionsText({ name: owner, versions, size }: TwoVersions, { name }: TextStyle): string {
  const each = versions.map(({ version, by }) => `${name(version)}${by.length === 0 ? '' : ` for ${listed(by.map(name), 2)}`}`);
  const told = each.length > 2 ? listed(each, 3) : each.join(' and ');
  const cost =
    size.head === null
      ? ''
      : `: together ${renderBytes(bytes(size.head))} of code${size.base === null || size.base === size.head ? '' : `, ${renderDelta(size.head - size.base, 'size')}`}`;
  return `links ${name(owner)} in ${versions.length} versions, ${told}${cost}. ${name('cargo tree -d -e normal')} shows who asks for which.`;
}

function machine(arch: Arch): string {
  switch (arch) {
    case 'x86_64':
      return arch;
    case 'arm64':
      return 'aarch64';
  }
}

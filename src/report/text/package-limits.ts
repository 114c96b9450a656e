import { LAMBDA_LIMITS } from '../../core/lambda-limits.ts';
import type { FunctionFinding } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { renderBytes, renderInteger } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { counted } from './figures.ts';

type PackageLimit = Extract<FunctionFinding, { readonly kind: 'package-limit' }>;

/** How near a package is to a limit, or that it is refused, and what to do. What reaches a limit is beyond it: "must be smaller than", Lambda says. */
export function packageLimitText({ of, size }: PackageLimit, { name }: Pick<TextStyle, 'name'>): string {
  const limit = `${renderInteger(LAMBDA_LIMITS[of])} B`;
  const beyond = size >= LAMBDA_LIMITS[of];
  // Never rounded up to the whole of it.
  const share = `${(Math.floor((size / LAMBDA_LIMITS[of]) * 1_000) / 10).toFixed(1)} %`;
  switch (of) {
    case 'unpacked': {
      const out = 'Leave files out of it, load them at run time (S3, EFS), or deploy a container image.';
      if (beyond)
        return `unpacks to ${renderBytes(size)}, and Lambda takes less than ${limit}, layers included: it cannot be deployed as a ZIP. ${out}`;
      return `unpacks to ${renderBytes(size)}, ${share} of the ${limit} that Lambda takes, layers included. ${out}`;
    }
    case 'upload': {
      const bucket = `by way of S3 alone (${name('cargo lambda deploy --s3-bucket')}; SAM and CDK take that way by themselves)`;
      if (beyond)
        return `has ${renderBytes(size)}, and Lambda takes less than ${limit} by direct upload: deploy it ${bucket}, or leave files out of it.`;
      return `has ${renderBytes(size)}, ${share} of the ${limit} that Lambda takes by direct upload. Beyond that it is deployed ${bucket}.`;
    }
  }
}

/** Whether Lambda takes it in no way. */
export function isRefused(finding: FunctionFinding): boolean {
  return finding.kind === 'package-limit' && finding.of === 'unpacked' && finding.size >= LAMBDA_LIMITS.unpacked;
}

/** A title for functions that cannot be deployed, which no limit need be on; `null`: there are none. */
export function refusedTitle({ comparison }: Outcome, { name }: TextStyle): string | null {
  const refused = comparison.functions.flatMap((fn) => fn.findings.filter(isRefused).map((finding) => ({ fn, finding })));
  const [first, ...others] = refused;
  if (first === undefined || first.finding.kind !== 'package-limit') return null;
  const more = others.length === 0 ? '' : `; and ${counted(others.length, 'more function')}`;
  return `${name(first.fn.name)} cannot be deployed as a ZIP: it unpacks to ${renderBytes(first.finding.size)}, Lambda takes less than ${renderBytes(LAMBDA_LIMITS.unpacked)}${more}`;
}

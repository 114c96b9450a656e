import type { Base, BaseReason, MissingBase } from '../../core/model/base.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { TextStyle } from './escape.ts';

/**
 * `; base 1a2b3c4, the merge base with origin/main`; empty where the base was named, or there is none. Where another commit stands in, always
 * which and why: `; the base 1a2b3c4 does not build (…): compared with 5d6e7f8, …`.
 */
export function baseReasonText(outcome: Outcome, style: TextStyle): string {
  const { base } = outcome.comparison;
  const standIn = standInText({ comparison: { base } }, style);
  if (standIn !== '') return standIn;
  const reason = chosenBaseText(outcome, style);
  return reason === '' ? '' : `; ${reason}`;
}

/** `base 1a2b3c4, the merge base with origin/main`; empty where the base was named, or there is none. */
export function chosenBaseText({ comparison: { base }, baseReason }: Outcome, style: TextStyle): string {
  const sha = wantedBase(base);
  return baseReason === null || sha === null ? '' : `base ${style.name(sha.slice(0, 7))}, ${baseReasonWords(baseReason, style)}`;
}

/** `; the base 1a2b3c4 does not build (…): compared with 5d6e7f8, …`; empty where base stands for itself. */
export function standInText(
  { comparison: { base } }: { readonly comparison: Pick<Outcome['comparison'], 'base'> },
  style: TextStyle,
): string {
  if (base.kind === 'missing' || base.insteadOf === undefined) return '';
  const standing = style.name(base.snapshot.commit.sha.slice(0, 7));
  const sha = base.insteadOf.sha === null ? '' : ` ${style.name(base.insteadOf.sha.slice(0, 7))}`;
  return `; base${sha} does not build: compared with ${standing}, the newest commit before it that was measured`;
}

/** The commit that was asked for. */
export function wantedBase(base: Base): string | null {
  if (base.kind === 'missing') return base.why.sha;
  return base.insteadOf === undefined ? base.snapshot.commit.sha : base.insteadOf.sha;
}

/** Why a base that nobody named was taken: `the merge base with origin/main`. */
export function baseReasonWords(reason: BaseReason, style: TextStyle): string {
  switch (reason.kind) {
    case 'merge-base':
      return `${reason.among > 1 ? `one of ${reason.among} merge bases` : 'the merge base'} with ${style.name(reason.of)}`;
    case 'head': {
      const more = reason.files - reason.changed.length;
      const files = `${reason.changed.map(style.name).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
      return `HEAD, from which this tree differs (${files})`;
    }
    case 'parent': {
      const name = reason.of === null ? '' : style.name(reason.of);
      const because: Readonly<Record<typeof reason.because, string>> = {
        'nothing-own': `HEAD has no commit that ${name} has not`,
        unrelated: `HEAD has no commit in common with ${name}`,
        'no-default-branch': 'no default branch is known here; --base names another',
      };
      return `HEAD^1 (${because[reason.because]})`;
    }
  }
}

/** Why there is nothing to compare with. */
export function missingText(why: MissingBase, style: TextStyle): string {
  const reason = style.prose(why.reason);
  switch (why.kind) {
    case 'first-run':
    case 'not-found':
      return `no base to compare with (${reason})`;
    case 'does-not-build':
      return `the base ${why.sha === null ? '' : `${style.name(why.sha.slice(0, 7))} `}does not build (${reason})`;
  }
}

import type { BaseChoice } from '../git/base.ts';
import type { FoundBase } from '../git/default-base.ts';
import type { Head } from '../git/work-tree.ts';
import { baseReasonWords } from '../report/text/base-reason.ts';
import { PLAIN } from '../report/text/escape.ts';
import { counted } from '../report/text/figures.ts';

/**
 * The first line of a run: what is compared with what, and why that base. `comparing head 3f2a1c0 (working tree, 2 files changed) with base
 * 9b1e770, the merge base with origin/main`.
 */
export function openingText(head: Head, base: FoundBase, choice: BaseChoice): string {
  const what = headText(head);
  if (base.kind === 'none') return `measuring ${what} alone, there is no base: ${base.reason}`;
  const { revision, reason } = base;
  const why = reason === null ? choiceText(choice) : baseReasonWords(reason, PLAIN);
  const other = revision.sha === head.revision.sha ? 'itself' : `base ${revision.sha.slice(0, 7)}`;
  return `comparing ${what} with ${other}, ${why}`;
}

/** `head 3f2a1c0 (working tree, 2 files changed)`: the work tree is measured as a commit upon `HEAD`. */
export function headText({ revision, changed }: Head): string {
  const files = changed.length === 0 ? '' : `, ${counted(changed.length, 'file')} changed`;
  return `head ${revision.sha.slice(0, 7)}${revision.source === 'working-tree' ? ` (working tree${files})` : ''}`;
}

/** Of a base that was named, or is the event's own. */
function choiceText(choice: BaseChoice): string {
  switch (choice.kind) {
    case 'named':
      return `named by ${choice.option} ${choice.name}`;
    case 'pull-request':
      return 'what the pull request is merged into';
    case 'commit':
    case 'before':
      return choice.sha === null ? `the tip of ${choice.defaultBranch}` : 'what was there before';
    case 'default':
    case 'parent':
      return 'the commit before';
  }
}

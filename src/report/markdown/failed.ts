import { codeBlock, link } from '../text/escape.ts';
import type { CommentOptions } from './comment.ts';
import { joined, titlePart } from './parts.ts';

/** What takes the place of a comment's report where a later push could not be measured: an old report would be read as of that push. */
export function renderFailedComment(message: string, { marker, fullReport }: Omit<CommentOptions, 'maximum'>): string {
  return `${marker}\n${joined([
    titlePart('bad', 'this push could not be measured'),
    codeBlock(message, 'text'),
    'The report that stood here was of a push before it.',
    fullReport === null ? '' : link('The run', fullReport),
  ])}\n`;
}

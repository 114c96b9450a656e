import { createHash } from 'node:crypto';

interface Viewer {
  readonly script: string;
  readonly style: string;
}

/**
 * A content security policy under which these scripts and styles run, and nothing else runs or loads. `frames`: the file may show blobs of its own
 * as frames, which are held to the same policy.
 */
export function policyOf(viewers: readonly Viewer[], frames: 'frames' | 'no-frames'): string {
  return [
    "default-src 'none'",
    `script-src ${viewers.map(({ script }) => hashOf(script)).join(' ')}`,
    `style-src ${viewers.map(({ style }) => hashOf(style)).join(' ')}`,
    ...(frames === 'frames' ? ['frame-src blob:'] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** https://www.w3.org/TR/CSP3/#grammardef-hash-source */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

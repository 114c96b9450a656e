import type { Host } from '../host.ts';

/** What the entry hands to a verb: nothing below it reads the process. */
export interface Io {
  readonly host: Host;
  /** `columns`: `null` where nobody looks at a screen. */
  readonly screen: { readonly columns: number | null; readonly colour: boolean };
  /** Standard output: the report, and nothing else. */
  readonly write: (text: string) => void;
  /** Lines on standard error. */
  readonly say: (text: string) => void;
  /** `examples/` of this installation. */
  readonly examples: string;
}

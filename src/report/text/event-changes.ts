import type { EventChange } from '../../core/model/first-response.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { TextStyle } from './escape.ts';
import { cappedRows } from './limits.ts';

/** Whose events count where a change alters them: never its own, or it would make its first response cheaper by asking for less. */
export const EVENT_CHANGE_HEADING = "This change alters events of init-event; both sides are handed the base's";

/** What this change does to the events in `Cargo.toml` that functions were handed; empty where it leaves them alone. */
export function eventChangeLines({ comparison }: Outcome, style: TextStyle): readonly string[] {
  const line = ({ function: name, base, head, file }: EventChange): string => {
    const was = base === 'own' ? 'its own JSON' : style.name(base);
    const is = head === null ? 'none' : head !== 'own' ? style.name(head) : base === 'own' ? 'other JSON' : 'its own JSON';
    return `${style.name(name)}: ${was} at base, ${is} in ${style.name(file)} now`;
  };
  return cappedRows(comparison.eventChanges, line, 'function');
}

import type { Origin, Side } from '../../core/model/base.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { TextStyle } from './escape.ts';

const ORIGIN: Readonly<Record<Origin, string>> = {
  built: 'built',
  stored: 'stored',
  file: 'from a file',
  cache: 'from the cache',
  artifact: 'from an artifact',
};

/** Where a side's figures come from, for a person. */
export function originText({ origin, snapshot }: Side): string {
  const left = new Set(snapshot.notBuilt.map(({ name }) => name));
  const isNothing = origin === 'built' && left.size > 0 && snapshot.functions.every(({ name }) => left.has(name));
  const from = isNothing ? 'nothing built' : ORIGIN[origin];
  return snapshot.commit.source === 'working-tree' ? `working tree, ${from}` : from;
}

/** `base 1a2b3c4 (stored), head 5d6e7f8 (built), coldgate 0.1.0, cargo-lambda 1.8.6, rustc 1.90.0`. */
export function sidesText({ comparison: { base, head } }: Outcome, style: TextStyle): string {
  const { invocation } = head.snapshot;
  const compared = base.kind === 'measured' ? `base ${short(base, style)}` : `no base (${style.prose(base.why.reason)})`;
  const tools = `coldgate ${style.name(invocation.coldgate)}, cargo-lambda ${style.name(invocation.cargoLambda)}`;
  return `${compared}, head ${short(head, style)}, ${tools}, ${style.name(invocation.rustc.replace(/ \(.*$/, ''))}`;
}

function short(side: Side, style: TextStyle): string {
  return `${style.name(side.snapshot.commit.sha.slice(0, 7))} (${originText(side)})`;
}

/** What of another job's measurement is more than its own word: `GitHub confirms head, base; only the artifact says figures`. Empty where nobody was asked. */
export function askedText({ asked }: Outcome): string {
  if (asked === null) return '';
  const confirmed = asked.confirmed.length === 0 ? '' : `GitHub confirms ${asked.confirmed.join(', ')}; `;
  return `${confirmed}only the artifact says ${asked.claimed.join(', ')}`;
}

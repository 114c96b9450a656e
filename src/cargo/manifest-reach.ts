import { parse } from 'smol-toml';
import { table } from './toml.ts';

/**
 * Whom a changed manifest reaches: nobody where only `metadata` differs that cargo lambda does not read (coldgate's limits stand there);
 * the package itself where only `[package]` does; else everybody, since it may switch on features of what others use too.
 */
export function manifestReach({ base, head }: { readonly base: string; readonly head: string }): 'nobody' | 'own' | 'all' {
  const [from, to] = [partsOf(base), partsOf(head)];
  if (from === null || to === null || from.rest !== to.rest) return 'all';
  return from.own === to.own ? 'nobody' : 'own';
}

function partsOf(text: string): { readonly own: string; readonly rest: string } | null {
  try {
    const { package: own = {}, workspace = {}, ...rest } = parse(text);
    // The edition of the root package is the resolver's too, by which features are unified.
    const { metadata: ownMetadata, resolver, edition, name, links, build, ...described } = table(own);
    const { metadata, ...shared } = table(workspace);
    const lambda = [table(ownMetadata).lambda, table(metadata).lambda];
    return { own: JSON.stringify(described), rest: JSON.stringify([rest, shared, resolver, edition, name, links, build, lambda]) };
  } catch {
    return null;
  }
}

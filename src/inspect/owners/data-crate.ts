import { countedWith } from '../../core/rust-names.ts';
import { demangle } from '../../formats/rust-symbol/demangle.ts';

const FIRST = /(?:^|[&*<([ ])([A-Za-z_]\w*)::/;

/**
 * The crate of a static by its symbol; `null` of what is no Rust name. Within `<String as app::Look>::look` it is `app`'s: a crate that is not the
 * standard library's wrote it. A crate of the project's dependencies keeps its name where the standard library has one of that name too (`object`,
 * `hashbrown`): its own are in another mangling.
 */
export function dataCrate(symbol: string, built: ReadonlySet<string>): string | null {
  const path = demangle(symbol)?.path;
  if (path === undefined) return null;
  const [, type = path, trait = ''] = /^<(.+?) as (.+?)>::/.exec(path) ?? [];
  const isLegacy = symbol.startsWith('_ZN');
  const named = (text: string): string | null => {
    const crate = FIRST.exec(text)?.[1];
    return crate === undefined ? null : isLegacy && built.has(crate) ? crate : countedWith(crate);
  };
  const [ofType, ofTrait] = [named(type), trait === '' ? null : named(trait)];
  return ofType !== null && ofType !== 'std' ? ofType : (ofTrait ?? ofType);
}

import { Unreadable, type Walk } from './walk.ts';

/** By a path's first letter. `inValue`: generic arguments follow a `::`. */
const PATHS: Readonly<Record<string, (walk: Walk, inValue: boolean) => void>> = {
  C: crateRoot,
  N: member,
  M(walk) {
    implPath(walk);
    walk.write('<');
    walk.type();
    walk.write('>');
  },
  X(walk) {
    implPath(walk);
    typeAsTrait(walk);
  },
  Y: typeAsTrait,
  I(walk, inValue) {
    walk.path(inValue);
    walk.write(inValue ? '::<' : '<');
    walk.list(() => genericArgument(walk), ', ');
    walk.write('>');
  },
  B: (walk, inValue) => walk.backReference(() => walk.path(inValue)),
};

export function path(walk: Walk, inValue: boolean): void {
  walk.nested(() => {
    const rule = PATHS[walk.next()];
    if (rule === undefined) throw new Unreadable();
    rule(walk, inValue);
  });
}

export function genericArgument(walk: Walk): void {
  if (walk.eat('L')) walk.lifetime(walk.integer());
  else if (walk.eat('K')) walk.constant(false);
  else walk.type();
}

function crateRoot(walk: Walk): void {
  const disambiguator = walk.optionalInteger('s');
  const name = walk.name();
  walk.crate ??= name;
  walk.write(disambiguator === 0n ? name : `${name}[${disambiguator.toString(16)}]`);
}

function member(walk: Walk, inValue: boolean): void {
  const namespace = walk.next();
  if (!/[A-Za-z]/.test(namespace)) throw new Unreadable();
  walk.path(inValue);
  const disambiguator = walk.optionalInteger('s');
  const name = walk.name();
  if (namespace >= 'a') walk.write(name === '' ? '' : `::${name}`);
  else {
    const kind = namespace === 'C' ? 'closure' : namespace === 'S' ? 'shim' : namespace;
    walk.write(`::{${kind}${name === '' ? '' : `:${name}`}#${disambiguator}}`);
  }
}

/** Where an impl stands is no part of the name. */
function implPath(walk: Walk): void {
  walk.optionalInteger('s');
  walk.silently(() => walk.path(false));
}

function typeAsTrait(walk: Walk): void {
  walk.write('<');
  walk.type();
  walk.write(' as ');
  walk.path(false);
  walk.write('>');
}

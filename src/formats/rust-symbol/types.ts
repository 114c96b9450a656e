import { BASIC_TYPES } from './basic-types.ts';
import { genericArgument } from './paths.ts';
import { Unreadable, type Walk } from './walk.ts';

/** By a type's first letter; any other begins a path. */
const TYPES: Readonly<Record<string, (walk: Walk) => void>> = {
  R: (walk) => reference(walk, ''),
  Q: (walk) => reference(walk, 'mut '),
  P(walk) {
    walk.write('*const ');
    walk.type();
  },
  O(walk) {
    walk.write('*mut ');
    walk.type();
  },
  A(walk) {
    walk.write('[');
    walk.type();
    walk.write('; ');
    walk.constant(true);
    walk.write(']');
  },
  S(walk) {
    walk.write('[');
    walk.type();
    walk.write(']');
  },
  T(walk) {
    walk.write('(');
    if (walk.list(() => walk.type(), ', ') === 1) walk.write(',');
    walk.write(')');
  },
  F: (walk) => walk.binder(() => functionType(walk)),
  D: traitObject,
  B: (walk) => walk.backReference(() => walk.type()),
  W(walk) {
    walk.type();
    walk.write(' is ');
    pattern(walk);
  },
};

export function type(walk: Walk): void {
  if (walk.eat('w')) walk.write('#[splat] ');
  const tag = walk.next();
  const basic = BASIC_TYPES[tag];
  if (basic !== undefined) {
    walk.write(basic);
    return;
  }
  walk.nested(() => {
    const rule = TYPES[tag];
    if (rule !== undefined) rule(walk);
    else {
      walk.at -= 1;
      walk.path(false);
    }
  });
}

function reference(walk: Walk, mutable: string): void {
  walk.write('&');
  const index = walk.eat('L') ? walk.integer() : 0n;
  if (index !== 0n) {
    walk.lifetime(index);
    walk.write(' ');
  }
  walk.write(mutable);
  walk.type();
}

function functionType(walk: Walk): void {
  walk.write(walk.eat('U') ? 'unsafe ' : '');
  if (walk.eat('K')) walk.write(`extern "${abi(walk)}" `);
  walk.write('fn(');
  walk.list(() => walk.type(), ', ');
  walk.write(')');
  if (walk.eat('u')) return;
  walk.write(' -> ');
  walk.type();
}

function abi(walk: Walk): string {
  if (walk.eat('C')) return 'C';
  const { ascii, punycode } = walk.identifier();
  if (ascii === '' || punycode !== '') throw new Unreadable();
  return ascii.replaceAll('_', '-');
}

function traitObject(walk: Walk): void {
  walk.write('dyn ');
  walk.binder(() => {
    walk.list(() => objectTrait(walk), ' + ');
  });
  if (!walk.eat('L')) throw new Unreadable();
  const index = walk.integer();
  if (index === 0n) return;
  walk.write(' + ');
  walk.lifetime(index);
}

/** Its associated types stand among its generic arguments. */
function objectTrait(walk: Walk): void {
  let open = openPath(walk);
  for (; walk.eat('p'); open = true) {
    walk.write(open ? ', ' : '<');
    walk.write(`${walk.name()} = `);
    if (walk.eat('K')) walk.constant(false);
    else walk.type();
  }
  walk.write(open ? '>' : '');
}

/** A path whose generic arguments are left open; whether there were any. */
function openPath(walk: Walk): boolean {
  let open = false;
  if (walk.eat('B')) {
    walk.backReference(() => {
      open = openPath(walk);
    });
  } else if (walk.eat('I')) {
    walk.path(false);
    walk.write('<');
    walk.list(() => genericArgument(walk), ', ');
    open = true;
  } else walk.path(false);
  return open;
}

function pattern(walk: Walk): void {
  const tag = walk.next();
  if (tag === 'N') walk.write('!null');
  else if (tag === 'R') {
    walk.constant(false);
    walk.write('..=');
    walk.constant(false);
  } else if (tag === 'O') {
    walk.nested(() => {
      pattern(walk);
      while (!walk.eat('E')) {
        walk.write(' | ');
        pattern(walk);
      }
    });
  } else throw new Unreadable();
}

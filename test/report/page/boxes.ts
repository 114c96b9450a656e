import fc from 'fast-check';
import type { Box, BoxKind, Weights } from '../../../src/core/package-tree/box.ts';
import { bytes } from '../../../src/core/units.ts';
import { sum } from './synthetic.ts';

const KINDS: readonly BoxKind[] = ['file', 'crate', 'shared', 'part', 'module', 'symbol', 'sort', 'constant', 'rest'];

const weights = fc
  .tuple(fc.nat(9_000), fc.nat(20_000), fc.nat(20_000))
  .map(([zip, binary, code]): Weights => ({ zip: bytes(zip), binary: bytes(binary), code: bytes(code) }));

const name = fc.oneof(fc.constantFrom('main', 'fmt', '{{closure}}', ''), fc.string({ unit: 'binary', maxLength: 12 }));

/** Any tree of boxes whose sides add up. */
export const { boxes } = fc.letrec<{ boxes: Box; leaf: Box; node: Box }>((tie) => ({
  leaf: fc
    .record({ name, kind: fc.constantFrom(...KINDS), base: fc.option(weights), head: fc.option(weights) })
    .map((leaf): Box => ({ ...leaf, children: [] })),
  node: fc
    .tuple(name, fc.constantFrom(...KINDS), fc.array(tie('boxes'), { minLength: 1, maxLength: 5 }))
    .map(([text, kind, children]) => sum(text, kind, children)),
  boxes: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('node')),
}));

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { symbolPath } from '../../../src/core/package-tree/symbol-path.ts';

it.each<readonly [string, string, string, string]>([
  ['serde_json::de::from_slice', 'serde_json', 'de', 'from_slice'],
  ['app::main', 'app', '', 'main'],
  ['main', 'app', '', 'main'],
  ['app::run::{closure#2}::{closure#0}', 'app', '', 'run::{closure}::{closure}'],
  ['core::ptr::drop_in_place', 'std', 'core/ptr', 'drop_in_place'],
  ['core::ptr::drop_in_place', 'app', 'core/ptr', 'drop_in_place'],
  ['std::rt::lang_start', 'std', 'std/rt', 'lang_start'],
  ['<serde_json::value::Value as core::fmt::Display>::fmt', 'serde_json', 'value', '<Value as core::fmt::Display>::fmt'],
  ['<&mut serde_json::value::Value as core::fmt::Display>::fmt', 'serde_json', 'value', '<&mut Value as core::fmt::Display>::fmt'],
  ['<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop', 'std', 'alloc/vec', '<Vec<T> as core::ops::drop::Drop>::drop'],
  ['<alloc::vec::Vec<T> as app::Show>::show', 'app', '', '<alloc::vec::Vec<T> as app::Show>::show'],
  ['<fn(app::A) -> app::B as core::fmt::Debug>::fmt', 'app', '', '<fn(app::A) -> app::B as core::fmt::Debug>::fmt'],
  [
    'health::_::<impl serde::de::Deserialize for health::T>::deserialize',
    'health',
    '_',
    '<impl serde::de::Deserialize for health::T>::deserialize',
  ],
  ['app::f.llvm.1234', 'app', '', 'f'],
  ['[smaller symbols]', 'app', '', '[smaller symbols]'],
  ['aes_gcm_enc_kernel', 'aws_lc_sys', '', 'aes_gcm_enc_kernel'],
  ['app', 'app', '', 'app'],
  ['::', 'app', '', '::'],
])('%s of %s', (symbol, crate, modules, name) => {
  expect(symbolPath(symbol, crate)).toEqual({ modules: modules === '' ? [] : modules.split('/'), name });
});

it('has a name for whatever is a symbol, and no empty module', () => {
  const piece = fc.constantFrom('a', 'app', '::', '<', '>', '{', '}', ' as ', '->', '&', '(', ')', 'impl ', '{closure#1}', '.llvm.7');
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 14 }), (pieces) => {
      const { modules, name } = symbolPath(pieces.join(''), 'app');
      expect(name).not.toBe('');
      expect(modules).not.toContain('');
    }),
    { seed: 9, numRuns: 2_000 },
  );
});

it('nests no deeper than people do: the rest of a long path is of the name', () => {
  const { modules, name } = symbolPath(`app${'::a'.repeat(600)}::f`, 'app');
  expect(modules).toEqual(Array.from({ length: 20 }, () => 'a'));
  expect(name).toBe(`${'a::'.repeat(580)}f`);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originOf, steadyName } from '../../src/core/symbol-names.ts';

describe('an origin', () => {
  it.each([
    ['<health::Order as serde::de::Deserialize>::deserialize', 'serde::de::Deserialize::deserialize'],
    [
      '<health::Order as serde::de::Deserialize<&str>>::deserialize::<&mut serde_json::Deserializer>',
      'serde::de::Deserialize::deserialize',
    ],
    ['health::_::<impl serde::de::Deserialize for health::Order>::deserialize', 'serde::de::Deserialize::deserialize'],
    ['health::_::<impl serde::de::Deserialize for alloc::vec::Vec<T>>::deserialize', 'serde::de::Deserialize::deserialize'],
    [
      '<health::_::<impl serde::de::Deserialize for health::Order>::deserialize::__Visitor as serde::de::Visitor>::visit_map',
      'serde::de::Visitor::visit_map',
    ],
    ['<alloc::vec::Vec<u8>>::push', 'alloc::vec::Vec::push'],
    ['<alloc::vec::Vec<T, A> as core::ops::drop::Drop>::drop', 'core::ops::drop::Drop::drop'],
    ['<&T as core::fmt::Debug>::fmt', 'core::fmt::Debug::fmt'],
    ['<fn() -> u8 as core::ops::function::FnOnce<()>>::call_once', 'core::ops::function::FnOnce::call_once'],
    ['core::slice::<impl [T]>::to_vec', '[T]::to_vec'],
    ['core::ptr::drop_in_place', 'core::ptr::drop_in_place'],
    ['health::work::<health::Order>::{closure#3}', 'health::work::{closure}'],
    ['main', 'main'],
    ['[smaller symbols]', '[smaller symbols]'],
    ['<cut as serde::de::Des…0123456789abcdef', 'serde::de::Des…0123456789abcdef'],
  ])('of %s is %s', (name, origin) => {
    expect(originOf(name)).toBe(origin);
  });

  it('is there for any text, is its own origin and takes no time', () => {
    const part = fc.constantFrom('<', '>', '::', ' as ', ' for ', '<impl ', 'a', 'Trait', '->', '{closure#1}', '[', ']', ' ');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 400 }), (parts) => {
        const origin = originOf(parts.join(''));
        expect(origin.length).toBeGreaterThan(0);
        expect(origin.length).toBeLessThanOrEqual(parts.join('').length);
      }),
    );
  });
});

describe('a steady name', () => {
  it.each([
    ['a::{closure#12}::{closure#0}', 'a::{closure}::{closure}'],
    ['a::{shim:vtable#0}', 'a::{shim:vtable}'],
    ['a::b.llvm.123456', 'a::b'],
  ])('of %s is %s', (name, steady) => {
    expect(steadyName(name)).toBe(steady);
  });
});

import { describe, expect, it } from 'vitest';
import { crateOf } from '../../../src/core/rust-names.ts';
import { isLibrary, isStartFrame } from '../../../src/init/profile/start-frames.ts';

describe('what is never named', () => {
  it.each([
    ...[
      '(below main)',
      '_start',
      'main',
      '__libc_csu_init',
      '__libc_start_main@@GLIBC_2.34',
      'start_thread',
      'clone3',
      '_dlstart_c',
      '[no symbol]',
    ],
    ...[
      'std::rt::lang_start',
      'std::rt::lang_start::{{closure}}',
      'std::rt::lang_start_internal',
      'std::panicking::try',
      'std::panic::catch_unwind',
    ],
    ...['std::sys::backtrace::__rust_begin_short_backtrace', 'std::sys_common::backtrace::__rust_begin_short_backtrace'],
    ...['core::ops::function::FnOnce::call_once', 'core::ops::function::FnOnce::call_once{{vtable.shim}}'],
    '<alloc::boxed::Box<F,A> as core::ops::function::FnOnce<Args>>::call_once',
    ...[
      'std::thread::Builder::spawn_unchecked_',
      '<std::sys::thread::unix::Thread>::new::thread_start',
      'std::thread::local::LocalKey<T>::with',
    ],
    ...['std::sys::pal::unix::thread::Thread::new::thread_start', 'std::sys::thread_local::native::lazy::Storage<T,D>::get_or_init_slow'],
    ...[
      '<std::sys::sync::once::futex::Once>::call',
      'std::sync::once::Once::call_once_force::{{closure}}',
      'std::sync::poison::once::Once::call_once',
    ],
    ...['std::sync::once_lock::OnceLock<T>::initialize', 'std::sync::lazy_lock::LazyLock<T,F>::force'],
    ...['<core::pin::Pin<P> as core::future::future::Future>::poll', 'tokio::runtime::task::raw::poll'],
    ...[
      'tokio::runtime::task::harness::Harness<T,S>::poll',
      '<tokio::runtime::blocking::task::BlockingTask<T> as core::future::future::Future>::poll',
    ],
    ...['once_cell::imp::OnceCell<T>::initialize', '<tracing::instrument::Instrumented<T> as core::future::future::Future>::poll'],
  ])('%s', (name) => {
    expect(isStartFrame({ crate: crateOf(name), name })).toBe(true);
  });

  it.each([
    ...['health::main', 'health::main::{{closure}}', 'health::start', 'fill_tables', 'ZSTD_decompress', 'health::std::rt::f', 'mainloop'],
    ...[
      'std::collections::hash::map::HashMap<K,V,S>::insert',
      'core::fmt::write',
      'alloc::vec::Vec<T>::push',
      'core::str::converts::from_utf8',
    ],
    ...['tokio::runtime::builder::Builder::build', '<health::Warm as core::future::future::Future>::poll', 'tracing::span::Span::new'],
    ...['std::fs::read', 'std::sync::mpsc::channel', '<plant::TABLE::{closure#0} as core::ops::function::FnOnce<()>>::call_once'],
  ])('but %s', (name) => {
    expect(isStartFrame({ crate: crateOf(name), name })).toBe(false);
  });

  it('libraries stand with their file names', () => {
    expect(['libc.so.6', 'ld-linux-x86-64.so.2', 'libgcc_s.so.1'].every((crate) => isLibrary({ crate, name: 'f' }))).toBe(true);
    expect(['health', '[Unknown]', '[no symbol]', 'std'].some((crate) => isLibrary({ crate, name: 'f' }))).toBe(false);
  });
});

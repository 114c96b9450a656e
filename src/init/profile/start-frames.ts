import { NO_SYMBOL } from '../../core/crates.ts';
import type { Named } from './names.ts';

/** Of the program itself: what the linker and std put before its `main` and round its threads. */
const BEFORE_MAIN =
  /^(?:\(below main\)|_start|_init|main|frame_dummy|__libc_\w+|libc_start\w*|_dlstart\w*|_start_c|__init_\w+|start_thread|start_c11|_{0,2}clone3?|std::rt::.*)(?:@.*)?$/;

/**
 * Of std: what runs a closure that it is given, in whose name the optimiser may have left the closure's own work. The caller's name tells more
 * than `FnOnce::call_once`, of which every program has many.
 */
const CARRIES = new RegExp(
  `^<*(?:${[
    'alloc::boxed::Box<.* as core::(?:future|ops::function)::',
    'core::cell::(?:once|lazy)',
    'core::future',
    'core::ops::function',
    'core::panic',
    'core::pin',
    'std::panic',
    'std::panicking',
    'std::sync::(?:poison::)?(?:once|once_lock|lazy_lock)',
    'std::sys::backtrace',
    'std::sys::\\w*(?:::\\w+)*::(?:once|thread)\\b',
    'std::sys::thread',
    'std::sys_common::backtrace',
    'std::thread',
  ].join('|')})`,
);
/** The same of Tokio, whose tasks are polled in its name. */
const POLLS = /^<*(?:&?mut )?tokio::(?:future|macros|runtime::(?!builder\b)|task|util)/;

/** Crates that are made to run what they are given once. */
const ONCE = new Set(['lazy_static', 'once_cell']);
/** Crates whose futures wrap others, which the optimiser inlines into them. */
const WRAPS = new Set(
  'futures futures_core futures_util hyper hyper_util lambda_http lambda_runtime tokio_stream tower tracing'.split(' '),
);

/** In which std calls the user's `main`, and what threads run; never inlined. */
const STD_FRAME = /^std::sys(?:_common)?::backtrace::__rust_begin_short_backtrace/;

/** Whether a function lies in a library's file rather than in the program: libraries stand with their file names, which are no crates'. */
export function isLibrary({ crate }: Named): boolean {
  return crate !== '[Unknown]' && crate !== NO_SYMBOL && !/^\w+$/.test(crate);
}

/** Whether a function says nothing of who did the work below it: process and thread start, what runs closures and tasks, what has no name. */
export function isStartFrame({ crate, name }: Named): boolean {
  if (name === NO_SYMBOL || crate === NO_SYMBOL || BEFORE_MAIN.test(name)) return true;
  if (ONCE.has(crate) || (WRAPS.has(crate) && name.endsWith('>::poll'))) return true;
  return (crate === 'std' && CARRIES.test(name)) || (crate === 'tokio' && POLLS.test(name));
}

/** What calls the user's `main` in a program of these functions, of which the optimiser may have left nothing else: std's frame, in a C program `main`. */
export function mainsFrameOf(program: readonly Named[]): (one: Named) => boolean {
  return program.some(isStdFrame) ? isStdFrame : ({ name }) => name === 'main';
}

function isStdFrame({ name }: Named): boolean {
  return STD_FRAME.test(name);
}

import type { CountedInstructions } from '../../core/snapshot/counted.ts';
import { type IsProgram, plainName } from './names.ts';
import type { Call, Profile, ProfiledFunction } from './profile.ts';

/** callgrind's name for `_start` and for libc's part of it. */
export const ENTRIES = new Set(['(below main)', '_start']);
/** What calls the user's main: std's start, as far as the optimiser leaves it a function of its own. */
const STARTS =
  /^(?:main$|std::rt::lang_start|std::sys(?:_common)?::backtrace::__rust_begin_short_backtrace|core::ops::function::FnOnce::call_once)/;
const USER_MAIN = /^(?!std::|core::|alloc::).*::main$/;
export const SHORT_BACKTRACE = /^std::sys(?:_common)?::backtrace::__rust_begin_short_backtrace/;
const LANG_START = /^(?:main$|std::rt::lang_start)/;

/** What runs a program's constructors (`.init_array`): libc, or the loader for those of its libraries. */
const RUNS_CONSTRUCTORS = /^(?:\(below main\)|__libc_start_main(?:_impl)?|call_init|_dl_init|__libc_csu_init)(?:@.*)?$/;
/** What is found there of every program: the C compiler's, and std's own. */
const NO_CONSTRUCTOR =
  /^(?:main|_start|_init|\(below main\)|frame_dummy|register_tm_clones|__do_global_\w+|__libc_\w+|call_init|init_cacheinfo|cpu_features\w*|std::.*|<std::.*)$/;

/** Whether the one calls the other before `main` by the program's own wish: `.init_array`, the crate `ctor`, a constructor in C. */
export function isConstructor(caller: string, callee: string): boolean {
  return RUNS_CONSTRUCTORS.test(caller) && !NO_CONSTRUCTOR.test(callee);
}

/**
 * Splits a profile's total into Lambda's phases: *loading* is what the dynamic loader does before the program's `_start` (0 where there is
 * none), *handler init* the user's `main`, the program's constructors and every thread (in callgrind's graph threads hang on no caller),
 * *runtime start* the rest.
 * `null` where the program has no names to find `_start` and `main` by.
 */
export function phasesOf(profile: Profile, isProgram: IsProgram): CountedInstructions['phases'] {
  const own = profile.functions.map(({ object }) => object !== null && isProgram(object));
  const entry = entryOf(profile, own);
  const main = mainCost(profile, own);
  if (entry === null || main === null) return null;
  const { root, cost } = rootOf(profile, entry);
  const first = profile.functions[root]?.inclusive ?? 0;
  const loading = root === entry ? 0 : Math.max(0, first - cost);
  // Threads are what the first one's root does not hold.
  const handlerInit = Math.min(profile.total - loading, main + constructorCost(profile, own) + (profile.total - first));
  return { loading, runtimeStart: profile.total - loading - handlerInit, handlerInit };
}

/** The program's `_start`: of several by that name (libc's part of a static program) the outermost. */
function entryOf({ functions }: Profile, own: readonly boolean[]): number | null {
  const found = [...functions.keys()].filter((place) => own[place] === true && ENTRIES.has(nameAt(functions, place)));
  return found.reduce<number | null>((best, place) => (best === null || inclusiveAt(place) > inclusiveAt(best) ? place : best), null);

  function inclusiveAt(place: number): number {
    return functions[place]?.inclusive ?? 0;
  }
}

/** From the entry up to where its thread began, in the loader; `cost` is the entry's, as its caller has it. */
function rootOf(profile: Profile, entry: number): { readonly root: number; readonly cost: number } {
  const callers = new Map<number, Call>();
  for (const call of profile.calls) {
    if (call.inclusive > (callers.get(call.callee)?.inclusive ?? -1) && call.caller !== call.callee) callers.set(call.callee, call);
  }
  const seen = new Set([entry]);
  let root = entry;
  for (let call = callers.get(root); call !== undefined && !seen.has(call.caller); call = callers.get(root)) {
    root = call.caller;
    seen.add(root);
  }
  // A static program's entry is called by none, or by libc's part of it under the same name.
  return { root, cost: callers.get(entry)?.inclusive ?? profile.functions[entry]?.inclusive ?? 0 };
}

/** In a static program libc is the program's own: its constructors have names without a path, and no crate. */
function constructorCost({ functions, calls }: Profile, own: readonly boolean[]): number {
  return calls
    .filter(({ caller, callee }) => {
      const [from, to] = [nameAt(functions, caller), nameAt(functions, callee)];
      return own[callee] === true && isConstructor(from, to) && (own[caller] !== true || to.includes('::'));
    })
    .reduce((sum, { inclusive }) => sum + inclusive, 0);
}

/** Whether std calls the user's main from a function of this name. */
export function isStdStart(name: string): boolean {
  return STARTS.test(name);
}

/** Whether a function of this name is the user's main, where std's start calls it. */
export function isUserMain(name: string): boolean {
  return USER_MAIN.test(name);
}

/** By what calls it, not by crate: a binary may have another name than its package, and `main` may be any function brought in by that name. */
function mainCost({ functions, calls }: Profile, own: readonly boolean[]): number | null {
  const between = calls.filter(({ caller, callee }) => own[caller] === true && own[callee] === true && caller !== callee);
  const named = costOf(between, STARTS, USER_MAIN);
  // Inlined into std's frame, which never is.
  const framed = named ?? costOf(between, LANG_START, SHORT_BACKTRACE);
  if (framed !== null) return framed;
  // No Rust main at all: `#![no_main]`.
  const hasStart = functions.some(({ name }, place) => own[place] === true && /^std::rt::/.test(name));
  const main = hasStart ? undefined : functions.find(({ name }, place) => own[place] === true && name === 'main');
  return main?.inclusive ?? null;

  function costOf(from: readonly Call[], caller: RegExp, callee: RegExp): number | null {
    const found = from.filter((call) => caller.test(nameAt(functions, call.caller)) && callee.test(nameAt(functions, call.callee)));
    return found.length === 0 ? null : found.reduce((sum, { inclusive }) => sum + inclusive, 0);
  }
}

function nameAt(functions: readonly ProfiledFunction[], place: number): string {
  return plainName(functions[place]?.name ?? '');
}

import type { InitMetric } from '../../src/core/metrics.ts';
import { ofTree, writtenOn } from './built.ts';
import { firstReason } from './measured.ts';
import type { Plant } from './plant.ts';

type Row = readonly [name: string, what: string, expected: RegExp];

/** Work before the first request, of a function on `std` alone: a file of `init/` for each, planted by `--cfg planted`. */
const WORK: readonly Row[] = [
  ['main', 'a loop in `main`', /^plant::main runs/],
  ['function', 'a function that `main` calls', /^plant::planted_work runs/],
  ['chain', 'the last of five levels, none inlined', /^plant::fifth runs/],
  ['chain_inlined', 'five levels that the optimiser inlines', /^plant::main runs/],
  ['generic', 'a generic function for four more types', /^plant::decode runs/],
  ['lazy_lock', '`LazyLock` forced in `main`, its closure inlined into std', /^plant::main runs/],
  ['lazy_lock_closure', '`LazyLock` forced in a closure', /^plant::build_table runs/],
  ['once_lock', '`OnceLock::get_or_init` in a function', /^plant::settings runs/],
  ['thread_local', '`thread_local!`', /^plant::seeds runs/],
  ['constructor', 'a function in `.init_array`', /^plant::before_main runs/],
  ['c_constructor', 'a constructor in C', /^fill_tables runs/],
  ['thread', 'a thread that is joined', /^plant::planted_work runs/],
  ['thread_inlined', 'a thread whose closure is inlined into std', /^a thread that plant::start_worker starts runs/],
  ['threads', 'four threads', /^plant::warm runs/],
  ['scoped_thread', 'a scoped thread', /^plant::checksum runs/],
  ['trait_object', 'a method of a trait object', /^<plant::Loud as plant::Plugin>::start runs/],
  ['recursion', 'recursion', /^plant::fibonacci runs/],
  ['mutual_recursion', 'two functions that call each other', /^plant::even runs/],
  ['many_small', 'ten functions, each a tenth', /^plant::run_steps runs/],
  ['allocation', 'a map that grows', /^plant::load_index runs/],
  ['formatting', 'text is formatted', /^core::fmt::write, called by plant::banner, runs/],
  ['file_reads', 'a file is read two hundred times', /^plant::read_rules runs/],
  ['moved', 'work moves to another function, and there is new work', /^plant::later::new_work runs/],
  ['relocations', '20,000 `&str` in a table', /^code loading .*: 20\.0 k more relocations/],
  ['dependency', 'a dependency that does more', /^settings::defaults, called by plant::main, runs/],
];

/** What is waited for, and pages. */
const OTHER: readonly (readonly [metric: InitMetric, ...row: Row])[] = [
  ['init.connects', 'connection', 'a connection before the first request', /^init now waits for 1 more connection: 127\.0\.0\.1:9$/],
  ['init.cpu', 'kernel_random', '4 MB of the random device', /^CPU time .* mostly the kernel's, in system calls and page faults/],
  ['init.cpu', 'kernel_thread', 'the same in a thread that is joined', /^CPU time .* mostly the kernel's, in system calls and page faults/],
  [
    'init.cpu',
    'page_storm',
    '64 MB of fresh pages, a byte of each written',
    /^CPU time .* mostly the kernel's, in system calls and page faults \(page faults \+/,
  ],
  [
    'init.cpu',
    'kernel_files',
    'a thread that is joined reads 200 MB of a file',
    /^CPU time .* mostly the kernel's, in system calls and page faults/,
  ],
  ['init.faults', 'static_pages', '400 pages of a static', /^the binary's \.bss .*\+1\.6[34] MB/],
  ['init.faults', 'data_pages', '190 pages of a static with a value', /^the binary's \.data \+77\d kB/],
  ['init.faults', 'constant_pages', '1.6 MB of constants are read', /^the binary's constants \+1\.[4-6]\d* MB/],
  ['init.faults', 'heap', '400 buffers of 10 kB', /^heap \+[34]\.\d+ MB/],
  ['init.faults', 'mapped_file', 'a file is mapped and read', /^mapped files \+[01]\.\d+ MB|^mapped files \+\d+ kB/],
  [
    'init.faults',
    'churn',
    'forty threads after each other, 400 kB on the stack of each',
    /^\+[\d.,]+ k? ?page faults, more than stays in memory/,
  ],
  ['init.memory', 'memory', 'a table of 8 MB', /^large allocations \+8\.\d+ MB/],
  ['init.memory', 'memory_freed', '8 MB that are freed again', /^\+8\.\d+ MB taken and given back before the first request$/],
  ['init.memory', 'thread_stacks', 'eight threads with 400 kB on their stacks', /^stacks \+3\.\d+ MB/],
];

/** With real dependencies: binaries of `init/tree`, planted by its feature. */
const TREE: readonly Row[] = [
  ['tokio_spawn', 'a Tokio task of several threads', /^tokio_spawn::warm_up::\{\{closure\}\} runs/],
  ['spawn_blocking', '`spawn_blocking`', /^spawn_blocking::load_model runs/],
  ['block_on', '`block_on` of async work', /^block_on::step runs/],
  ['across_awaits', 'an async function across awaits', /^across_awaits::main::\{\{closure\}\} runs/],
  ['member', "another member's function", /^shared::warm_caches runs/],
  ['regex_compile', 'regular expressions are compiled', /^regex\w*::.*, called by regex_compile::routes, runs/],
  ['parse_json', 'JSON is parsed', /^serde\w*::.*, called by parse_json::load_prices, runs/],
  ['runtime', 'a table before `lambda_runtime::run`', /^runtime::load_table runs/],
  ['runtime_spawn', 'a task before `lambda_runtime::run`', /^runtime_spawn::score runs/],
];

export const INIT_PLANTS: readonly Plant[] = [
  ...WORK.map((row) => onStd('init.instructions', row)),
  ...OTHER.map(([metric, ...row]) => onStd(metric, row)),
  ...TREE.map(
    ([name, what, expected]): Plant => ({
      ...{ name, what, expected, metric: 'init.instructions' },
      tell: async (scratch) => firstReason('init.instructions', await ofTree(name, scratch), scratch, [name, 'tree', 'shared']),
    }),
  ),
];

function onStd(metric: InitMetric, [name, what, expected]: Row): Plant {
  return { name, what, metric, expected, tell: async (scratch) => firstReason(metric, await writtenOn(name, scratch), scratch, ['plant']) };
}

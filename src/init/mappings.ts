import { MAPPED, type MappedPart } from '../core/snapshot/init.ts';
import { type Bytes, bytes } from '../core/units.ts';

/** What is resident of each part of a process. */
export type Mappings = Readonly<Record<MappedPart, Bytes>>;

/** glibc's and musl's guard below a thread's stack; what malloc holds back for an arena is larger. */
const LARGEST_GUARD = 64 * 1024;

interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly permissions: string;
  /** A path, `[heap]` and the like, or nothing. */
  readonly name: string;
}

/**
 * How much of each part of a process is resident, by /proc/PID/smaps (proc_pid_smaps(5)), private copies of a file's pages (relocations, `.data`)
 * with the part that they are of. `file` is the program's, whose parts are told by their rights and order.
 */
export function parseMappings(text: string, file: string): Mappings {
  const resident = new Map<MappedPart, number>(MAPPED.map((part) => [part, 0]));
  let [before, part]: [Mapping | null, MappedPart | null] = [null, null];
  let partBefore: MappedPart | null = null;
  let hasCode = false;
  for (const line of text.split('\n')) {
    const header = /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) (\S{4}) [0-9a-f]+ \S+ \d+ *(.*)$/.exec(line);
    if (header !== null) {
      const [, start = '', end = '', permissions = '', name = ''] = header;
      const mapping = { start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), permissions, name };
      partBefore = part;
      part = partOf(mapping, { file, hasCode, before, partBefore });
      hasCode ||= part === 'code';
      before = mapping;
      continue;
    }
    const size = part === null ? null : /^Rss:\s+(\d{1,12}) kB$/.exec(line);
    if (part !== null && size !== null) resident.set(part, (resident.get(part) ?? 0) + Number(size[1]) * 1024);
  }
  const of = (one: MappedPart): Bytes => bytes(resident.get(one) ?? 0);
  return {
    code: of('code'),
    constants: of('constants'),
    relocated: of('relocated'),
    data: of('data'),
    bss: of('bss'),
    heap: of('heap'),
    mapped: of('mapped'),
    stacks: of('stacks'),
    libraries: of('libraries'),
    files: of('files'),
  };
}

interface Around {
  readonly file: string;
  /** Whether the program's code came before. */
  readonly hasCode: boolean;
  readonly before: Mapping | null;
  readonly partBefore: MappedPart | null;
}

function partOf({ start, permissions, name }: Mapping, { file, hasCode, before, partBefore }: Around): MappedPart | null {
  if (name === file) return partOfFile(permissions, hasCode);
  if (name === '[heap]') return 'heap';
  if (name === '[stack]') return 'stacks';
  if (name.startsWith('[')) return null;
  if (name !== '') return /\.so(?:\.|$| )/.test(name) ? 'libraries' : 'files';
  if (before === null || before.end !== start) return 'mapped';
  // What `.bss` needs beyond the file's last page stands right behind it.
  if (partBefore === 'data') return 'bss';
  const isGuard = before.name === '' && before.permissions.startsWith('---') && before.end - before.start <= LARGEST_GUARD;
  return isGuard ? 'stacks' : 'mapped';
}

/** Linkers lay out constants, code, what is read-only once it is relocated, data. */
function partOfFile(permissions: string, hasCode: boolean): MappedPart {
  if (permissions[2] === 'x') return 'code';
  if (permissions[1] === 'w') return 'data';
  return hasCode ? 'relocated' : 'constants';
}

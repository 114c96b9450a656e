import type { Profile } from './profile.ts';

/** One of callgrind's files: what one thread did between two dumps. */
export interface Part {
  /** The number of the dump that wrote it; they count up over all threads. */
  readonly part: number;
  /** valgrind's number of the thread, which another one gets when it has ended. */
  readonly slot: number;
  /** What made callgrind write it: a thread that starts (`start`), a request (`asked`), the end of the process. */
  readonly by: 'start' | 'asked' | 'end';
  readonly profile: Profile;
}

/** What one thread did, from its start or the window's to its end or the window's. */
export interface Segment {
  readonly slot: number;
  /** Whether it held this number at the end of the window; what it held before another thread did is that other's. */
  readonly isLast: boolean;
  /** The number of the file that was written when it began in this window; `null`: it was there before. */
  readonly began: number | null;
  readonly profiles: readonly Profile[];
}

/** What a file says of itself ahead of the costs; `null` where it is no profile of one thread. */
export function parsePartHeader(text: string): Omit<Part, 'profile'> | null {
  const head = text.slice(0, 4_096);
  const part = /^part: (\d+)$/m.exec(head)?.[1];
  const slot = /^thread: (\d+)$/m.exec(head)?.[1];
  const trigger = /^desc: Trigger: (.*)$/m.exec(head)?.[1];
  if (part === undefined || slot === undefined || trigger === undefined) return null;
  const by = trigger.startsWith('--dump-before=') ? 'start' : trigger === 'Program termination' ? 'end' : 'asked';
  return { part: Number(part), slot: Number(slot), by };
}

/**
 * Sorts the files of one window by thread. callgrind writes a thread's file when another starts under its number, so that the one that has ended and
 * the one that took its number stand apart; the first thread never ends.
 */
export function segmentsOf(parts: readonly Part[]): readonly Segment[] {
  const slots = [...new Set(parts.map(({ slot }) => slot))].sort((a, b) => a - b);
  return slots.flatMap((slot) => {
    const files = parts.filter((part) => part.slot === slot).sort((a, b) => a.part - b.part);
    const segments: { readonly began: number | null; readonly profiles: Profile[] }[] = [{ began: null, profiles: [] }];
    for (const { part, by, profile } of files) {
      segments.at(-1)?.profiles.push(profile);
      if (by === 'start') segments.push({ began: part, profiles: [] });
    }
    return segments.map((segment, place) => ({ slot, isLast: place === segments.length - 1, ...segment }));
  });
}

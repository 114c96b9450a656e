import { cellsOf, cut } from './cells.ts';

/** What is waited for, and since when. */
export interface Standing {
  readonly text: string;
  /** How far it is. */
  readonly detail: string;
  /** Milliseconds. */
  readonly elapsed: number;
  /** What it took the last time, in milliseconds. */
  readonly expected: number | null;
}

/** Beyond twice the time it took, the last time says nothing of this one. */
const STILL_LIKELY = 2;
/** Below it, a detail or a name is not worth its cells. */
const SHORTEST = 8;

/** `head 3f2a1c0: linking health with fat LTO · 0:42 of about 1:10`, `measuring init of health (20 pairs) · 0:04 (pair 7 of 20)`. */
export function standingText(standing: Standing): string {
  const { text, detail } = standing;
  return `${text}${timeOf(standing)}${detail === '' ? '' : ` (${detail})`}`;
}

/** The same in at most so many cells: first the detail is cut, then the name of what is waited for; the time stays as long as it can. */
export function fittingText(standing: Standing, cells: number): string {
  const whole = standingText(standing);
  if (cellsOf(whole) <= cells) return whole;
  const { text, detail } = standing;
  const time = timeOf(standing);
  const left = cells - cellsOf(text) - cellsOf(time) - ' ()'.length;
  if (left >= SHORTEST) return `${text}${time} (${cut(detail, left)})`;
  const room = cells - cellsOf(time);
  return room >= SHORTEST ? `${cut(text, room)}${time}` : cut(text, cells);
}

function timeOf({ elapsed, expected }: Standing): string {
  const about = expected === null || expected < 1_000 || elapsed > expected * STILL_LIKELY ? '' : ` of about ${aboutText(expected)}`;
  return ` · ${clockText(elapsed)}${about}`;
}

/** `0:42`, `1:02:07`. */
export function clockText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  const two = (value: number): string => String(value % 60).padStart(2, '0');
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** Below twenty seconds to the second, then to five of them: the last time is no promise. */
function aboutText(milliseconds: number): string {
  const step = milliseconds < 20_000 ? 1_000 : 5_000;
  return clockText(Math.round(milliseconds / step) * step);
}

import type { FunctionComparison } from '../../core/model/comparison.ts';
import { renderDelta } from '../../core/units.ts';
import { millisBecame } from './init-times.ts';

/** Instructions that a millisecond has room for, at the least: slow ones that wait for memory. */
const PER_MILLISECOND = 1_000_000;
/** What the instructions explain of a growth, for them to be its cause. */
const SHARE = 0.5;

/** What more CPU time is where the instructions do not explain it: the kernel's; `null` where they do, and where none is known. */
export function kernelTime({ init: { cpu }, metrics }: FunctionComparison): string | null {
  if (cpu === null || cpu.base === null || cpu.head === null) return null;
  const { base, head } = metrics['init.instructions'];
  const grown = cpu.head.median - cpu.base.median;
  if (grown <= 0 || base === null || head === null || (head - base) / PER_MILLISECOND >= grown * SHARE) return null;
  const faults = metrics['init.faults'];
  const pages = faults.base === null || faults.head === null ? 0 : faults.head - faults.base;
  const paged = pages > 0 ? ` (page faults ${renderDelta(pages, 'count')})` : '';
  return `CPU time ${millisBecame(cpu.base.median, cpu.head.median)} with ${renderDelta(head - base, 'count')} instructions: mostly the kernel's, in system calls and page faults${paged}`;
}

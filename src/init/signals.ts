import { readdirSync, readFileSync } from 'node:fs';

/** Whether a signal to this process comes to nobody: it is ignored, or every thread blocks it (proc_pid_status(5)). */
export function isDeaf(pid: number, signal: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).flatMap((thread) => statusOf(`/proc/${pid}/task/${thread}/status`));
    return threads.length > 0 && threads.every((status) => isIn(status, 'SigBlk', signal) || isIn(status, 'SigIgn', signal));
  } catch {
    // It has ended.
    return false;
  }
}

function statusOf(path: string): readonly string[] {
  try {
    return [readFileSync(path, 'utf8')];
  } catch {
    // A thread that ended meanwhile.
    return [];
  }
}

/** A mask is hexadecimal; its lowest bit is signal 1. */
function isIn(status: string, mask: 'SigBlk' | 'SigIgn', signal: number): boolean {
  const digits = new RegExp(`^${mask}:\\s*([0-9a-f]{1,32})$`, 'm').exec(status)?.[1];
  return digits !== undefined && ((BigInt(`0x${digits}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Whether a process listens for connections: two of its kind beside each other may want one port, or one socket's file. */
export function listens(pid: number): boolean {
  try {
    const own = new Set(readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => inodeOf(`/proc/${pid}/fd/${descriptor}`)));
    const listening = ['tcp', 'tcp6', 'unix'].flatMap((table) => listeningIn(readFileSync(`/proc/${pid}/net/${table}`, 'utf8')));
    return listening.some((inode) => own.has(inode));
  } catch {
    // It has ended, or has no such table.
    return false;
  }
}

function inodeOf(descriptor: string): readonly string[] {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(descriptor))?.[1];
    return inode === undefined ? [] : [inode];
  } catch {
    return [];
  }
}

/** The inodes of sockets that listen: state 0A of TCP's tables, the flag __SO_ACCEPTCON of the one of unix sockets (proc_pid_net(5)). */
function listeningIn(table: string): readonly string[] {
  return table.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/);
    if (words[3] === '0A') return words[9] ?? [];
    return words[3] === '00010000' ? (words[6] ?? []) : [];
  });
}

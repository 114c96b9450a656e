import { readdir, readFile } from 'node:fs/promises';

/** A process may go on forking while it is looked for: after so many rounds it is left alone. */
const ROUNDS = 20;

/**
 * Kills what left its process group (`setsid`, a daemon): every process whose first environment names this start's own Runtime API.
 * A process that was started with another environment and left the group is not found.
 */
export async function killStragglers(address: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = await processesOf(address);
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // ESRCH: it ended by itself.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function processesOf(address: string): Promise<readonly number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const mark = `\0AWS_LAMBDA_RUNTIME_API=${address}\0`;
  const hits = await Promise.all(names.map(async (name) => (`\0${await environOf(name)}`.includes(mark) ? [Number(name)] : [])));
  return hits.flat();
}

/** Empty for a process that is gone, ended (a zombie has none) or another user's. */
async function environOf(pid: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

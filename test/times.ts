/** Every unit that a measured time is written in: `renderMillis`, and what tells of seconds and minutes. */
const TIME = /(?<![\w.,])\d[\d,]*(?:\.\d+)? (?:µs|ms|s|min)(?!\w)/g;

/** The text without the times in it, which are others in each run: to compare what two runs say. */
export function untimed(text: string): string {
  return text.replace(TIME, '(time)');
}

/** For `vi.waitFor`: what does not come in that time, on however busy a machine, will not come. */
export const PATIENCE = { timeout: 60_000, interval: 20 };

/** Who has a port, and who waits for it: two starts that listen on one port cannot stand beside each other. */
const last = new Map<number, Promise<void>>();

/** Waits until no other start of this process has the port; it is the next one's when this is disposed of. */
export async function takeTurn(port: number): Promise<Disposable> {
  const before = last.get(port);
  let release = (): void => {};
  const own = new Promise<void>((resolve) => {
    release = resolve;
  });
  last.set(port, own);
  await before;
  return {
    [Symbol.dispose]: () => {
      if (last.get(port) === own) last.delete(port);
      release();
    },
  };
}

import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A PATH with all that this machine's has, but for some. */
export class Links implements AsyncDisposable {
  readonly path: string;
  private constructor(path: string) {
    this.path = path;
  }

  static async without(names: readonly string[]): Promise<Links> {
    const links = new Links(await mkdtemp(join(tmpdir(), 'coldgate-path-')));
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      for (const name of await readdir(folder).catch(() => []))
        if (!names.includes(name)) await symlink(join(folder, name), join(links.path, name)).catch(() => undefined);
    }
    return links;
  }

  async script(name: string, body: string): Promise<void> {
    await rm(join(this.path, name), { force: true });
    await writeFile(join(this.path, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

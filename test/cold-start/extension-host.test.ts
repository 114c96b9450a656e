import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { describe, expect, it } from 'vitest';
import { extensionHost } from '../../src/cold-start/extension-host.ts';

type Answer = (response: ServerResponse) => void;

/** Its script in a shell, with curl and nothing else, until a request for an event is answered with what ends it. */
async function runHost(
  shell: string,
  answers: readonly Answer[],
): Promise<{ readonly code: number | null; readonly asked: readonly string[]; readonly left: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-host-'));
  const asked: string[] = [];
  const left = [...answers];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.replace('/2018-06-01/runtime/invocation', '')}`);
    request.resume();
    if (request.method === 'POST') response.writeHead(202).end();
    else (left.shift() ?? ((last) => last.writeHead(500).end('{"errorMessage":"gone"}')))(response);
  });
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = address === null || typeof address === 'string' ? 0 : address.port;
    await mkdir(join(folder, 'bin'));
    await symlink('/usr/bin/curl', join(folder, 'bin/curl'));
    const [bootstrap] = new AdmZip(Buffer.from(extensionHost())).getEntries();
    await writeFile(join(folder, 'bootstrap'), bootstrap?.getData() ?? '');
    const [command = '', ...args] = shell.split(' ');
    const env = { PATH: join(folder, 'bin'), AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`, http_proxy: 'http://127.0.0.1:9' };
    const child = spawn(command, [...args, join(folder, 'bootstrap')], { cwd: folder, env, stdio: 'ignore', timeout: 5_000 });
    const [code] = await once(child, 'exit');
    return { code: typeof code === 'number' ? code : null, asked, left: await readdir(folder) };
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const event =
  (id: string, more: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(200, { 'Lambda-Runtime-Aws-Request-Id': id, ...more }).end('{"a": "$(touch hacked)"}');

describe.each(['/bin/sh', '/usr/bin/bash --posix'])('the host of extensions in %s, with curl alone', (shell) => {
  it('answers each event by its id, whatever else stands in the headers, and ends where it is told of an error', async () => {
    const odd = {
      'X-A': '$(touch hacked)',
      'X-B': '`touch hacked`',
      'X-C': 'END',
      'X-D': String.raw`\n * ~ "'`,
      'Lambda-Runtime-Trace-Id': 'Root=1-2;Parent=3:4',
    };
    const small: Answer = (response) => response.writeHead(200, { 'lambda-runtime-aws-request-id': 'c-3' }).end();
    const { code, asked, left } = await runHost(shell, [event('a-1'), event('b-2', odd), small]);
    expect(asked).toEqual([
      'GET /next',
      'POST /a-1/response',
      'GET /next',
      'POST /b-2/response',
      'GET /next',
      'POST /c-3/response',
      'GET /next',
    ]);
    expect(code).toBe(1);
    expect(left.toSorted()).toEqual(['bin', 'bootstrap']);
  });
});

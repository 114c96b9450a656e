import { execFile, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { defaultHome } from '../rust.ts';

const VERSION = '5.2.5';
/** What `moto[server]` needs for Lambda and IAM alone: 140 MB in place of 320. */
const PACKAGES = [`moto==${VERSION}`, 'flask==3.1.3', 'flask-cors==6.0.5', 'docker==7.2.0'];
const START_TIMEOUT = 60_000;
const execute = promisify(execFile);

export interface Moto extends AsyncDisposable {
  /** `http://127.0.0.1:port`: the endpoint of every service. */
  readonly address: string;
  /** Makes an IAM role that Lambda may assume, and answers its ARN: moto looks for it. */
  readonly role: (name: string) => Promise<string>;
}

/** Starts moto, an independent stand-in for AWS, on a port of its own. The first start of a machine installs it, in a minute. */
export async function openMoto(): Promise<Moto> {
  const python = await provideMoto();
  const port = await freePort();
  const child = spawn(python, ['-c', 'from moto.server import main; main()', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  let over = false;
  const listen = (text: string): void => {
    said = `${said}${text}`.slice(-4000);
  };
  child.stdout.setEncoding('utf8').on('data', listen);
  child.stderr.setEncoding('utf8').on('data', listen);
  child.once('error', (error) => listen(String(error)));
  void closed.then(() => {
    over = true;
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const address = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    kill();
    process.off('exit', kill);
    await closed;
  };
  const deadline = Date.now() + START_TIMEOUT;
  while (!(await answers(address))) {
    if (!over && Date.now() < deadline) continue;
    await stop();
    throw new Error(`moto does not answer:\n${said}`);
  }
  return { address, role: (name) => createRole(address, name), [Symbol.asyncDispose]: stop };
}

/** The interpreter of an environment of its own beside coldgate's cache, made once for each version. */
async function provideMoto(): Promise<string> {
  const home = join(dirname(defaultHome()), 'coldgate-tests');
  const path = join(home, `moto-${VERSION}`);
  const python = join(path, 'bin', 'python');
  if (await exists(python)) return python;
  await mkdir(home, { recursive: true });
  const fresh = await mkdtemp(join(home, 'new-'));
  try {
    await execute('python3', ['-m', 'venv', fresh]);
    await execute(join(fresh, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
    // Whole or not at all; another test run may have been faster.
    await rename(fresh, path).catch(async (error: unknown) => {
      if (!(await exists(python))) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return python;
}

async function createRole(address: string, name: string): Promise<string> {
  const statement = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const form = new URLSearchParams({ Action: 'CreateRole', Version: '2010-05-08', RoleName: name, AssumeRolePolicyDocument });
  // moto tells services apart by the scope of the signature, and does not check the signature itself.
  const scope = 'Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0';
  const answer = await fetch(address, { method: 'POST', body: form, headers: { authorization: `AWS4-HMAC-SHA256 ${scope}` } });
  const text = await answer.text();
  const arn = /<Arn>([^<]+)<\/Arn>/.exec(text)?.[1];
  if (arn === undefined) throw new Error(`moto made no role: ${answer.status} ${text}`);
  return arn;
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/moto-api/`)).ok;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** moto must be told its port. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

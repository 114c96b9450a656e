import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/failures.ts';
import type { Connection } from '../../src/core/snapshot/counted.ts';
import { hasStart, parseStrace } from '../../src/init/strace.ts';

const API = '127.0.0.1:9001';
const START = '1 100.000000 execve("\\x2e", ["\\x2e"], 0x7ffc /* 1 var */) = 0';

const hex = (text: string): string => [...text].map((c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
const fd = (number: number, inode: number): string => `${number}<${hex(`socket:[${inode}]`)}>`;
const v4 = (host: string, port: number): string => `{sa_family=AF_INET, sin_port=htons(${port}), sin_addr=inet_addr("${hex(host)}")}, 16`;
const v6 = (host: string, port: number): string =>
  `{sa_family=AF_INET6, sin6_port=htons(${port}), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "${hex(host)}", &sin6_addr), sin6_scope_id=0}, 28`;
const made = (inode: number, type = 'SOCK_STREAM|SOCK_CLOEXEC', family = 'AF_INET'): string =>
  `socket(${family}, ${type}, IPPROTO_IP) = ${fd(3, inode)}`;
const connecting = (inode: number, address: string, result: string): string => `connect(${fd(3, inode)}, ${address}) = ${result}`;
const query = (name: string, type = 1, flags = '\x01'): string =>
  `\x2a\x2a${flags}\0\0\x01\0\0\0\0\0\0${
    name === ''
      ? ''
      : name
          .split('.')
          .map((label) => String.fromCharCode(label.length) + label)
          .join('')
  }\0\0${String.fromCharCode(type)}\0\x01`;
const connect = (address: string): Connection => ({ kind: 'connect', address });
const lookup = (address: string): Connection => ({ kind: 'lookup', address });

/** One thread's calls, a millisecond apart from 100 s on. */
function trace(...calls: readonly string[]): string {
  return [START, ...calls.map((call, place) => `1 100.${String(place + 1).padStart(3, '0')}000 ${call}`)]
    .map((line) => `${line}\n`)
    .join('');
}

function read(text: string, until = Number.POSITIVE_INFINITY): readonly Connection[] {
  return parseStrace(text, { runtimeApi: API, until, event: null }).init;
}

const fixture = (name: string): Promise<string> => readFile(new URL(`../fixtures/strace/${name}.txt`, import.meta.url), 'latin1');

describe('a recorded trace', () => {
  it('of threads that wait for each other and for the network', async () => {
    const local = connect('127.0.0.1:8123');
    // In the order they were entered. The last of 192.0.2.99 is the process's end, which is no second attempt.
    expect(read(await fixture('waiting'))).toEqual([
      local,
      connect('192.0.2.99:5432'),
      ...new Array(5).fill(local),
      lookup('db.example.com'),
      local,
      local,
    ]);
  });

  it('of lambda_runtime connects to the Runtime API alone', async () => {
    const text = await fixture('lambda-runtime');
    expect(parseStrace(text, { runtimeApi: '127.0.0.1:38783', until: Number.POSITIVE_INFINITY, event: null }).init).toEqual([]);
    // At another address it is a connection like any other.
    expect(read(text)).toEqual([connect('127.0.0.1:38783')]);
  });
});

describe('a unix socket', () => {
  const unix = (path: string, sign = ''): string => `{sa_family=AF_UNIX, sun_path=${sign}"${hex(path)}"}, 110`;

  it('is a connection, whether somebody listens there or not', () => {
    const text = trace(
      made(1, 'SOCK_STREAM|SOCK_CLOEXEC', 'AF_UNIX'),
      connecting(1, unix('/run/db.sock'), '-1 ENOENT (No such file or directory)'),
      made(2, 'SOCK_STREAM|SOCK_CLOEXEC', 'AF_UNIX'),
      connecting(2, unix('spool', '@'), '0'),
      made(3, 'SOCK_DGRAM|SOCK_CLOEXEC', 'AF_UNIX'),
      connecting(3, unix('/dev/log'), '0'),
      connecting(3, unix('/dev/log'), '-1 EISCONN (Transport endpoint is already connected)'),
    );
    expect(read(text)).toEqual([connect('unix:/run/db.sock'), connect('unix:@spool'), connect('unix:/dev/log')]);
  });

  it('of the C library is none', () => {
    const own = ['/var/run/nscd/socket', '/run/systemd/userdb/io.systemd.DynamicUser', '/run/systemd/resolve/io.systemd.Resolve'];
    const calls = own.flatMap((path, place) => [
      made(place + 1, 'SOCK_STREAM', 'AF_UNIX'),
      connecting(place + 1, unix(path), '-1 ENOENT (No such file or directory)'),
    ]);
    expect(read(trace(...calls))).toEqual([]);
  });

  it('may be called what it likes', () => {
    const text = trace(made(1, 'SOCK_STREAM', 'AF_UNIX'), connecting(1, unix('/a "b\n\u00ff'), '0'));
    expect(read(text)).toEqual([connect('unix:/a\\x20"b\\x0a\\xff')]);
  });

  it('of a folder that every start has anew has the name of the variable', () => {
    const calls = ['/x/tmp-1/own.sock', '/x/root/own.sock', '/x/tmp-10/s'].flatMap((path, place) => [
      made(place + 1, 'SOCK_STREAM', 'AF_UNIX'),
      connecting(place + 1, unix(path), '0'),
    ]);
    const folders = { TMPDIR: '/x/tmp-1', LAMBDA_TASK_ROOT: '/x/root' };
    const found = parseStrace(trace(...calls), { runtimeApi: API, until: Number.POSITIVE_INFINITY, event: null, folders }).init;
    expect(found).toEqual([connect('unix:$TMPDIR/own.sock'), connect('unix:$LAMBDA_TASK_ROOT/own.sock'), connect('unix:/x/tmp-10/s')]);
  });
});

describe('a connection', () => {
  const at = v4('192.0.2.7', 5432);
  const here = connect('192.0.2.7:5432');

  it.each(['0', '-1 ECONNREFUSED (Connection refused)', '-1 ENETUNREACH (Network is unreachable)', '-1 ETIMEDOUT (x)', '?'])(
    'is an attempt that ends in %s',
    (result) => {
      expect(read(trace(made(7), connecting(7, at, result)))).toEqual([here]);
    },
  );

  it.each(['-1 EBADF (Bad file descriptor)', '-1 EINVAL (Invalid argument)', '-1 EISCONN (x)', '-1 EAFNOSUPPORT (x)'])(
    'is none where the call is refused: %s',
    (result) => {
      expect(read(trace(made(7), connecting(7, at, result)))).toEqual([]);
      expect(read(trace(`connect(9, ${at}) = ${result}`))).toEqual([]);
    },
  );

  it('that is under way is one, however often it is asked for', () => {
    const begun = connecting(7, at, '-1 EINPROGRESS (Operation now in progress)');
    const asked = connecting(7, at, '-1 EALREADY (Operation already in progress)');
    expect(read(trace(made(7), begun, asked, asked, connecting(7, at, '0'), connecting(7, at, '-1 EISCONN (x)')))).toEqual([here]);
    expect(read(trace(made(7), begun, asked, connecting(7, at, '-1 ECONNREFUSED (x)')))).toEqual([here]);
    // Refused, and begun anew.
    expect(read(trace(made(7), begun, connecting(7, at, '-1 ECONNREFUSED (x)'), begun))).toEqual([here, here]);
    const restarted = connecting(7, at, '? ERESTARTSYS (To be restarted if SA_RESTART is set)');
    expect(read(trace(made(7), restarted, restarted, connecting(7, at, '0')))).toEqual([here]);
    expect(read(trace(made(7), begun, connecting(7, '{sa_family=AF_UNSPEC, sa_data="\\x00"}, 16', '0'), begun))).toEqual([here, here]);
  });

  it('is written as a person writes it', () => {
    const stream = (family: string, inode: number) => made(inode, 'SOCK_STREAM', family);
    const text = trace(
      stream('AF_INET6', 7),
      connecting(7, v6('2001:db8::1', 443), '0'),
      stream('AF_INET6', 8),
      connecting(8, v6('::ffff:192.0.2.7', 443), '0'),
      stream('AF_INET6', 9),
      connecting(9, v6('::ffff:127.0.0.1', 9001), '0'),
    );
    expect(read(text)).toEqual([connect('[2001:db8::1]:443'), connect('192.0.2.7:443')]);
  });

  it('is none on sockets of other kinds', () => {
    const unix = `connect(${fd(4, 70)}, {sa_family=AF_UNIX, sun_path="${hex('/sin_port=htons(1)')}"}, 110) = 0`;
    const netlink = `connect(${fd(4, 71)}, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 0`;
    const datagrams = connecting(7, v4('192.0.2.7', 53), '0');
    // What stands in a path is no port.
    expect(read(trace(made(7, 'SOCK_DGRAM'), datagrams, unix, netlink))).toEqual([connect('unix:/sin_port=htons(1)')]);
  });

  it('is none without an address, and an error where the kernel took one that strace could not read', () => {
    expect(read(trace(made(7), `connect(${fd(3, 7)}, 0x10, 16) = -1 EFAULT (Bad address)`))).toEqual([]);
    expect(() => read(trace(made(7), `connect(${fd(3, 7)}, 0x10, 16) = 0`))).toThrow(ToolError);
    expect(() => read(trace(connecting(7, at, '0')))).toThrow('did not see being made');
    expect(() => read(trace(`connect(3, ${at}) = 0`))).toThrow('did not see being made');
  });
});

describe('a look-up', () => {
  const server = v4('10.0.0.2', 53);
  const sent = (name: string, type?: number): string => `sendto(${fd(3, 7)}, "${hex(query(name, type))}", 40, MSG_NOSIGNAL, NULL, 0) = 40`;
  const onServer = (...calls: readonly string[]) => read(trace(made(7, 'SOCK_DGRAM'), connecting(7, server, '0'), ...calls));

  it('is one for each name', () => {
    expect(onServer(sent('db.Example.com'), sent('db.example.com', 28), sent('db.example.com'), sent('cache.example.com'))).toEqual([
      lookup('db.example.com'),
      lookup('cache.example.com'),
    ]);
  });

  it('may be addressed by the message, in pieces, or to several servers', () => {
    const packet = query('db.test');
    const pieces = `[{iov_base="${hex(packet.slice(0, 15))}", iov_len=15}, {iov_base="${hex(packet.slice(15))}", iov_len=9}]`;
    const message = (name: string) => `{msg_name=${name}, msg_namelen=0, msg_iov=${pieces}, msg_iovlen=2, msg_controllen=0, msg_flags=0}`;
    const to = server.replace(', 16', '');
    expect(onServer(`writev(${fd(3, 7)}, ${pieces}, 2) = 24`)).toEqual([lookup('db.test')]);
    const unconnected = (call: string) => read(trace(made(7, 'SOCK_DGRAM'), call));
    expect(unconnected(`sendto(${fd(3, 7)}, "${hex(packet)}", 24, 0, ${server}) = -1 EPERM (x)`)).toEqual([lookup('db.test')]);
    expect(unconnected(`sendmsg(${fd(3, 7)}, ${message(to)}, 0) = 24`)).toEqual([lookup('db.test')]);
    const both = `[{msg_hdr=${message('NULL')}, msg_len=24}, {msg_hdr=${message(to)}, msg_len=24}]`;
    expect(unconnected(`sendmmsg(${fd(3, 7)}, ${both}, 2, MSG_NOSIGNAL) = 2`)).toEqual([lookup('db.test')]);
    expect(unconnected(`sendmsg(${fd(3, 7)}, ${message('NULL')}, 0) = -1 EDESTADDRREQ (x)`)).toEqual([]);
  });

  it('is no other datagram', () => {
    const of = (packet: string) => `sendto(${fd(3, 7)}, "${hex(packet)}", 40, 0, NULL, 0) = 40`;
    expect(onServer(of('hello'), of(query('db.test', 1, '\x80')), of(query('db.test').slice(0, 16)), of('\0'.repeat(30)))).toEqual([]);
    expect(onServer(of(`${query('')}`))).toEqual([lookup('.')]);
    expect(onServer(of(query('a\x01b')))).toEqual([lookup('a\\001b')]);
    const elsewhere = [made(7, 'SOCK_DGRAM'), connecting(7, v4('10.0.0.2', 8125), '0'), sent('db.test')];
    expect(read(trace(...elsewhere))).toEqual([]);
    // DNS over TCP is its connection.
    expect(read(trace(made(7), connecting(7, server, '0'), sent('db.test')))).toEqual([connect('10.0.0.2:53')]);
  });

  it('that strace could not read is an error, where it was sent', () => {
    expect(() => onServer(`sendto(${fd(3, 7)}, 0x7f00, 40, 0, NULL, 0) = 40`)).toThrow(ToolError);
    expect(onServer(`sendto(${fd(3, 7)}, 0x7f00, 40, 0, NULL, 0) = -1 EFAULT (Bad address)`)).toEqual([]);
  });
});

describe('the end of init', () => {
  const away = connecting(8, v4('192.0.2.7', 5432), '0');
  const api = [made(7), connecting(7, v4('127.0.0.1', 9001), '0')];
  const request = (path: string) => `sendto(${fd(3, 7)}, "${hex(`GET ${path} HTTP/1.1`)}"..., 300, MSG_NOSIGNAL, NULL, 0) = 300`;
  const next = request('/2018-06-01/runtime/invocation/next');

  it('is the request for the first event, where it is seen', () => {
    expect(read(trace(...api, made(8), away, next))).toEqual([connect('192.0.2.7:5432')]);
    expect(read(trace(...api, made(8), next, away))).toEqual([]);
    expect(read(trace(...api, made(8), request('/2018-06-01/other'), away))).toEqual([connect('192.0.2.7:5432')]);
    expect(read(trace(...api, made(8), next, away, request('/2020-01-01/extension/event/next')))).toEqual([connect('192.0.2.7:5432')]);
  });

  it('is when it had arrived, else', () => {
    const text = trace(...api, made(8), away);
    expect(read(text, 100_004)).toEqual([connect('192.0.2.7:5432')]);
    expect(read(text, 100_003)).toEqual([]);
  });
});

describe("strace's output", () => {
  it('may hold calls in pieces', () => {
    const address = v4('192.0.2.7', 5432);
    const text = `${START}
1     100.000001 socket(AF_INET, SOCK_STREAM, IPPROTO_IP <unfinished ...>
22    100.000002 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = ${fd(4, 8)}
1     100.000003 <... socket resumed>) = ${fd(3, 7)}
1     100.000004 connect(${fd(3, 7)}, ${address} <unfinished ...>
22    100.000005 connect(${fd(4, 8)}, ${address} <unfinished ...>
33    100.000006 connect(${fd(3, 7)}, ${address} <unfinished ...>) = ?
22    100.000007 <... connect resumed> <detached ...>
33    100.000008 +++ killed by SIGKILL +++
33    100.000009 --- SIGCHLD {si_signo=SIGCHLD} ---
44    100.000010 <... execve resumed>) = 0
`;
    expect(read(text)).toEqual([connect('192.0.2.7:5432'), connect('192.0.2.7:5432')]);
  });

  it.each([
    ['nothing', ''],
    ['no start', trace(made(7)).split('\n').slice(1).join('\n')],
    ['a start that failed', '1 100.000000 execve("\\x2e", ["\\x2e"], 0x7ffc /* 1 var */) = -1 ENOENT (No such file or directory)\n'],
  ])('with %s holds no function', (_name, text) => {
    expect(hasStart(text)).toBe(false);
    expect(() => read(text)).toThrow(ToolError);
    expect(hasStart(trace())).toBe(true);
  });

  it.each([
    ['a line cut short', trace().slice(0, -1)],
    ['a line without a thread', `${trace()}connect(3) = 0\n`],
    ['words', `${trace()}1 100.000000 Segmentation fault\n`],
    ['a call without an end', `${trace()}1 100.000000 connect(3, \n`],
    ['an end without a beginning', `${trace()}1 100.000000 <... connect resumed>) = 0\n`],
    ['another end', `${trace('connect(3, <unfinished ...>')}1 100.000000 <... socket resumed>) = 0\n`],
  ])('with %s is refused', (_name, text) => {
    expect(() => read(text)).toThrow(ToolError);
  });

  it('gives back each connection that was written, in pieces or not', () => {
    const host = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'));
    const attempt = fc.record({
      host,
      port: fc.integer({ min: 1, max: 65_535 }),
      thread: fc.integer({ min: 2, max: 9 }),
      isSplit: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(attempt), (attempts) => {
        const [begun, ended] = [[START], ['']];
        for (const [place, { host: name, port, thread, isSplit }] of attempts.entries()) {
          // A thread is in one call at a time.
          const id = thread + place * 10;
          begun.push(`${id} 100.000001 ${made(place + 100)}`);
          const call = `${id} 100.000002 connect(${fd(3, place + 100)}, ${v4(name, port)}`;
          begun.push(isSplit ? `${call} <unfinished ...>` : `${call}) = 0`);
          if (isSplit) ended.unshift(`${id} 100.000003 <... connect resumed>) = -1 ECONNREFUSED (Connection refused)`);
        }
        expect(read([...begun, ...ended].join('\n'))).toEqual(
          attempts.map(({ host: name, port }) => connect(`${name}:${port}`)).filter(({ address }) => address !== API),
        );
      }),
    );
  });

  it('is either read or refused, whatever it says', () => {
    const pieces = fc.constantFrom(
      '1 ',
      '22 ',
      '100.000000 ',
      'connect(',
      'socket(',
      'sendmmsg(',
      'execve(',
      fd(3, 7),
      '"\\x00"',
      ', ',
      ') = 0',
      ') = ?',
      ') = -1 EINPROGRESS (x)',
      ' <unfinished ...>',
      '<... connect resumed>',
      '+++ x +++',
      '\n',
      v4('192.0.2.7', 53),
      'AF_INET, SOCK_DGRAM',
      `) = ${fd(3, 7)}`,
      'msg_name=NULL',
      `iov_base="${hex(query('a.b'))}"`,
    );
    const line = fc.oneof(
      fc.string(),
      fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 12 }).map((parts) => parts.join('')),
      fc.constantFrom(...trace(made(7), connecting(7, v4('1.1.1.1', 1), '0')).split('\n')),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.boolean(), (lines, isWhole) => {
        try {
          return read(`${[isWhole ? START : '', ...lines].join('\n')}\n`).every(
            ({ address }) => address.length > 0 && address.length < 2_048,
          );
        } catch (error) {
          return error instanceof ToolError;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

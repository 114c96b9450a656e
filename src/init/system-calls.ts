import { ToolError } from '../core/failures.ts';

/** A traced call, at the place where it was entered. */
export interface SystemCall {
  readonly name: string;
  /** When it was entered, in milliseconds since 1970. */
  readonly at: number;
  args: string;
  /** What stands after `=`; `?` where it never returned. */
  result: string;
}

export interface Address {
  /** As a person writes it: `192.0.2.7:5432`, `[2001:db8::1]:443`. */
  readonly text: string;
  readonly port: number;
}

/** Of the longest IPv6 address. */
const HOST_LIMIT = 45;

/** The calls in the order they were entered, each of one piece: with several threads strace writes a call's beginning and end apart. */
export function parseCalls(text: string): readonly SystemCall[] {
  if (text !== '' && !text.endsWith('\n')) throw new ToolError("strace's output was cut short");
  const calls: SystemCall[] = [];
  const open = new Map<string, SystemCall>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, thread = '', seconds = '', rest] = /^(\d{1,10}) +(\d{1,12}\.\d{6}) (.*)$/.exec(line) ?? [];
    if (rest === undefined) throw wrong(line);
    // Ends of processes, signals: nothing that was attempted.
    if (/^(?:\+\+\+ .*\+\+\+|--- .*---)$/.test(rest)) continue;
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest);
    const [, name = '', more] = resumed ?? /^(\w+)\((.*)$/.exec(rest) ?? [];
    if (more === undefined) throw wrong(line);
    const begun = resumed === null ? undefined : open.get(thread);
    // A thread that executes a program goes on under its process's id; the call is no connection.
    if (resumed !== null && begun === undefined && name === 'execve') continue;
    if (resumed !== null && begun?.name !== name) throw wrong(line);
    const call = begun ?? { name, at: Number(seconds) * 1_000, args: '', result: '?' };
    if (begun === undefined) calls.push(call);
    const finished = /^(.*)\) += (\S.*)$/.exec(more);
    const cut = finished === null ? /^(.*?) ?<(?:unfinished|detached) \.\.\.>$/.exec(more) : null;
    const args = finished?.[1] ?? cut?.[1];
    if (args === undefined) throw wrong(line);
    call.args += args;
    call.result = finished?.[2] ?? '?';
    if (finished === null) open.set(thread, call);
    else open.delete(thread);
  }
  return calls;
}

/** Of `3<socket:[1117464]>`, as `-xx` writes it. */
export function inodeOf(text: string): string | null {
  const path = /^\d+<((?:\\x[0-9a-f]{2})*)>/.exec(text)?.[1];
  return path === undefined ? null : (/^socket:\[(\d+)\]$/.exec(decode(path))?.[1] ?? null);
}

/** Of `{sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("…")}` and AF_INET6's; `null` for every other family. */
export function parseAddress(text: string): Address | null {
  const [, port, four, six] = /sin6?_port=htons\((\d{1,5})\).*?(?:inet_addr\("([^"]*)"\)|inet_pton\(AF_INET6, "([^"]*)")/.exec(text) ?? [];
  if (port === undefined) return null;
  const host = decode(four ?? six ?? '').slice(0, HOST_LIMIT);
  const mapped = four === undefined ? /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1] : host;
  return { text: mapped === undefined ? `[${host}]:${port}` : `${mapped}:${port}`, port: Number(port) };
}

/** Folders that every start has anew, by the variable that names them to the function: two starts ask for one socket under one name. */
export type Folders = Readonly<Record<string, string>>;

/** Of `{sa_family=AF_UNIX, sun_path="…"}`: `unix:/run/db.sock`, `unix:@name` of an abstract one; `null` for every other family. */
export function parseUnixAddress(text: string, folders: Folders = {}): string | null {
  const [, abstract = '', path] = /\bsa_family=AF_UNIX, sun_path=(@?)"([^"]*)"/.exec(text) ?? [];
  if (path === undefined) return null;
  const whole = decode(path);
  const [variable, folder] = Object.entries(folders).find(([, one]) => whole.startsWith(`${one}/`)) ?? [];
  const named = folder === undefined ? whole : `$${variable}${whole.slice(folder.length)}`;
  const shown = named.replace(/[^!-~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `unix:${abstract}${shown}`;
}

/** What a call sends, and to whom where it says so: the buffer of `sendto`, the pieces of each message of the others. */
export function parseMessages(args: string): readonly { readonly to: Address | null; readonly text: string }[] {
  const [, buffer, after = ''] = /^\d+(?:<[^>]*>)?, "([^"]*)"(.*)$/.exec(args) ?? [];
  if (buffer !== undefined) return [{ to: parseAddress(after), text: decode(buffer) }];
  return args.split(/msg_name=(?=\S)/).flatMap((part) => {
    const pieces = [...part.matchAll(/iov_base="([^"]*)"/g)].map(([, piece = '']) => decode(piece));
    return pieces.length === 0 ? [] : [{ to: parseAddress(part.slice(0, part.indexOf('iov_base='))), text: pieces.join('') }];
  });
}

/** `-xx` writes every byte of a string as `\xHH`. */
function decode(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/g, (_match, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)));
}

/** `''` for success, `?` where it is not known, else the error's name. */
export function codeOf(result: string): string {
  const [, code] = /^(?:-1|\?) (E\w+)/.exec(result) ?? [];
  return code ?? (result === '?' ? '?' : '');
}

export function wrong(line: string): ToolError {
  return new ToolError(`strace's output: ${JSON.stringify(line.slice(0, 120))} does not fit the format`);
}

import { ToolError } from '../core/failures.ts';
import type { Connection } from '../core/snapshot/counted.ts';
import {
  type Address,
  codeOf,
  type Folders,
  inodeOf,
  parseAddress,
  parseCalls,
  parseMessages,
  parseUnixAddress,
  type SystemCall,
  wrong,
} from './system-calls.ts';

interface Socket {
  readonly isStream: boolean;
  /** An attempt is under way: the next `connect` asks how it went. */
  isConnecting: boolean;
  peer: Address | null;
}

interface TraceLimits {
  /** `host:port` of the start's own Runtime API, which is no connection of init's. */
  readonly runtimeApi: string;
  readonly folders?: Folders;
  /** When the request that ended init had arrived, in milliseconds since 1970. */
  readonly until: number;
  /** When an event was handed over after that, and when the answer to it had arrived (or nothing came any more); `null`: there was none. */
  readonly event: { readonly from: number; readonly until: number } | null;
}

/** What was attempted and asked for, in order. */
export interface TracedWindows {
  readonly init: readonly Connection[];
  /** `null`: there was no event. */
  readonly response: readonly Connection[] | null;
}

/** The call refused its arguments, or says how an earlier attempt went: nothing was sent. */
const NO_ATTEMPT: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EALREADY', 'EBADF', 'EFAULT', 'EINVAL', 'EISCONN', 'ENOTSOCK']);
/** The attempt goes on after the call. */
const UNDER_WAY = /^(?:EINPROGRESS|EALREADY|EINTR|ERESTART\w*|\?)$/;
const NAME_SERVER = 53;
/** Of glibc's own look-ups of users and names, before it asks anybody else: a machine's services, which Lambda has not. */
const OF_LIBC = /^unix:\/(?:var\/)?run\/(?:nscd\/|systemd\/(?:userdb|resolve)\/)/;
const NEXT_REQUEST = /^GET \/[^ ]*\/next[ ?]/;
const ANSWER = /^POST \/[^ ]*\/(?:response|error)[ ?]/;

/**
 * Reads what `strace -f -ttt -y -xx` wrote of execve, socket, connect, sendto, sendmsg, sendmmsg and writev: TCP connections and those to
 * unix sockets that were attempted, and names that were asked of a name server, in order, up to the request that ended init. Where that request is seen being sent,
 * what the same thread does right after it is out; else `until` decides. The window of an event ends in the same way with the answer to it.
 * Throws a ToolError for lines that do not fit, for a trace without the function's start, and for a socket whose creation is not in the trace.
 */
export function parseStrace(text: string, { runtimeApi, until, event, folders = {} }: TraceLimits): TracedWindows {
  const calls = parseCalls(text);
  if (!startsFunction(calls)) throw new ToolError("strace's output does not hold the start of the function");
  const reader = new Reader(runtimeApi, folders);
  for (const call of calls) if (call.at <= until) reader.read(call);
  const init = reader.connections();
  if (event === null) return { init, response: null };
  // What was attempted between the two belongs to neither; its sockets may be used after it.
  for (const call of calls) if (call.at > until && call.at < event.from) reader.read(call);
  reader.begin(ANSWER);
  for (const call of calls) if (call.at > until && call.at >= event.from && call.at <= event.until) reader.read(call);
  return { init, response: reader.connections() };
}

/** Whether strace saw the function start: without that, nothing it did not see means anything. Throws a ToolError as `parseStrace` does. */
export function hasStart(text: string): boolean {
  return startsFunction(parseCalls(text));
}

function startsFunction(calls: readonly SystemCall[]): boolean {
  return calls.some(({ name, result }) => name === 'execve' && result === '0');
}

class Reader {
  readonly #runtimeApi: string;
  readonly #folders: Folders;
  /** By inode: descriptors are used again, duplicated and inherited. */
  readonly #sockets = new Map<string, Socket>();
  #found: Connection[] = [];
  #names = new Set<string>();
  /** What is sent to the Runtime API when the window ends. */
  #last = NEXT_REQUEST;
  #ended: number | null = null;

  constructor(runtimeApi: string, folders: Folders) {
    this.#runtimeApi = runtimeApi;
    this.#folders = folders;
  }

  connections(): readonly Connection[] {
    return this.#found.slice(0, this.#ended ?? this.#found.length);
  }

  /** Begins another window, which ends with this request. */
  begin(last: RegExp): void {
    this.#found = [];
    this.#names = new Set();
    this.#ended = null;
    this.#last = last;
  }

  read(call: SystemCall): void {
    if (call.name === 'socket') this.#make(call);
    else if (call.name === 'connect') this.#connect(call);
    else if (call.name !== 'execve') this.#send(call);
  }

  #make({ args, result }: SystemCall): void {
    const inode = inodeOf(result);
    if (inode === null || !/^AF_INET6?,/.test(args)) return;
    this.#sockets.set(inode, { isStream: /\bSOCK_STREAM\b/.test(args), isConnecting: false, peer: null });
  }

  #connect(call: SystemCall): void {
    const code = codeOf(call.result);
    const inode = inodeOf(call.args);
    const socket = inode === null ? undefined : this.#sockets.get(inode);
    if (socket !== undefined && /\bsa_family=AF_UNSPEC\b/.test(call.args)) {
      socket.isConnecting = false;
      socket.peer = null;
    }
    const address = parseAddress(call.args);
    const unix = parseUnixAddress(call.args, this.#folders);
    if (unix !== null && !NO_ATTEMPT.has(code) && !OF_LIBC.test(unix)) this.#found.push({ kind: 'connect', address: unix });
    if (address === null) {
      // AF_UNIX, AF_NETLINK and the like; without a family it was no address at all, which the kernel refuses.
      if (/\bsa_family=/.test(call.args) || NO_ATTEMPT.has(code)) return;
      throw wrong(`${call.name}(${call.args}`);
    }
    if (socket === undefined) {
      if (NO_ATTEMPT.has(code)) return;
      throw new ToolError(`strace saw a connection to ${address.text} on a socket that it did not see being made`);
    }
    const isNew = !NO_ATTEMPT.has(code) && (!socket.isConnecting || code === 'EINPROGRESS');
    socket.isConnecting = UNDER_WAY.test(code);
    if (isNew) socket.peer = address;
    // A datagram socket's `connect` sends nothing: glibc sorts addresses with it.
    if (isNew && socket.isStream && address.text !== this.#runtimeApi) this.#found.push({ kind: 'connect', address: address.text });
  }

  #send(call: SystemCall): void {
    const inode = inodeOf(call.args);
    const socket = inode === null ? undefined : this.#sockets.get(inode);
    const messages = parseMessages(call.args);
    if (socket?.isStream === true) {
      if (socket.peer?.text === this.#runtimeApi && messages.some(({ text }) => this.#last.test(text))) this.#ended = this.#found.length;
      return;
    }
    if (messages.length === 0 && socket?.peer?.port === NAME_SERVER && /^\d/.test(call.result)) throw wrong(`${call.name}(${call.args}`);
    for (const { to, text } of messages) {
      const server = to ?? socket?.peer ?? null;
      if (server?.port !== NAME_SERVER) continue;
      const name = parseQuery(text);
      // What is no query asks for no name.
      if (name === null || this.#names.has(name)) continue;
      this.#names.add(name);
      this.#found.push({ kind: 'lookup', address: name });
    }
  }
}

/** The name that a DNS packet (one character for each byte) asks for; `null` for what is no question (RFC 1035, 4.1). */
function parseQuery(packet: string): string | null {
  const isQuestion = packet.length > 12 && (packet.charCodeAt(2) & 0x80) === 0 && packet.charCodeAt(4) * 256 + packet.charCodeAt(5) > 0;
  if (!isQuestion) return null;
  const labels: string[] = [];
  for (let at = 12; at < packet.length; ) {
    const length = packet.charCodeAt(at);
    if (length === 0) return labels.length === 0 ? '.' : labels.join('.').toLowerCase();
    const label = packet.slice(at + 1, at + 1 + length);
    if (length > 63 || label.length < length) return null;
    labels.push(label.replace(/[^!-~]|[.\\]/g, (byte) => `\\${String(byte.charCodeAt(0)).padStart(3, '0')}`));
    at += 1 + length;
  }
  return null;
}

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileRust } from '../rust.ts';
import type { Functions } from './functions.ts';

/** What `MODE` asks for, then the first `/next`. `PEER` is an address that somebody listens at, `CLOSED` one where nobody does. */
const MAIN = `use std::io::{IoSlice, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs, UdpSocket};
use std::process::Command;
use std::time::Duration;

/// The kernel's own interface, for what std does not do: asking a socket that is under way once more.
mod raw {
    #[repr(C)]
    pub struct Address { pub family: u16, pub port: [u8; 2], pub host: [u8; 4], pub rest: [u8; 8] }
    extern "C" {
        pub fn socket(domain: i32, kind: i32, protocol: i32) -> i32;
        pub fn connect(fd: i32, address: *const Address, length: u32) -> i32;
    }
    pub const STREAM_NONBLOCK: i32 = 1 | 0o4000;
}

fn address(name: &str) -> SocketAddr { std::env::var(name).unwrap().parse().unwrap() }

fn ask(mode: &str) {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let mut stream = TcpStream::connect(&api).unwrap();
    let request = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: {api}\\r\\n\\r\\n");
    match mode {
        "vectored" => { stream.write_vectored(&[IoSlice::new(request.as_bytes())]).unwrap(); }
        _ => stream.write_all(request.as_bytes()).unwrap(),
    }
    match mode {
        "after" | "vectored" => { let _ = TcpStream::connect(address("CLOSED")); }
        "later" => { std::thread::sleep(Duration::from_millis(100)); let _ = TcpStream::connect(address("CLOSED")); }
        _ => {}
    }
    let _ = stream.read(&mut [0u8; 1024]);
}

fn main() {
    let mode = std::env::var("MODE").unwrap_or_default();
    match mode.as_str() {
        "closed" => for _ in 0..2 { let _ = TcpStream::connect(address("CLOSED")); },
        "listening" => { TcpStream::connect(address("PEER")).unwrap(); }
        "mapped" => { let _ = TcpStream::connect(format!("[::ffff:127.0.0.1]:{}", address("CLOSED").port())); }
        "v6" => { let _ = TcpStream::connect("[::1]:9"); }
        "non-blocking" => { let _ = TcpStream::connect_timeout(&address("PEER"), Duration::from_secs(1)); }
        "asked-again" => unsafe {
            let peer = address("PEER");
            let target = raw::Address { family: 2, port: peer.port().to_be_bytes(), host: [127, 0, 0, 1], rest: [0; 8] };
            let fd = raw::socket(2, raw::STREAM_NONBLOCK, 0);
            for _ in 0..4 {
                raw::connect(fd, &target, 16);
                std::thread::sleep(Duration::from_millis(5));
            }
        },
        "thread" => std::thread::spawn(|| { let _ = TcpStream::connect(address("CLOSED")); }).join().unwrap(),
        "threads" => {
            let all: Vec<_> = (0..8).map(|_| std::thread::spawn(|| for _ in 0..10 { let _ = TcpStream::connect(address("CLOSED")); })).collect();
            for thread in all { thread.join().unwrap(); }
        }
        "child" => { Command::new(std::env::current_exe().unwrap()).env("MODE", "child-itself").status().unwrap(); }
        "child-itself" => { let _ = TcpStream::connect(address("CLOSED")); return; }
        "daemon" => {
            Command::new("/usr/bin/setsid").args(["/bin/sleep", "600"]).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(200));
        }
        "unix-own" => { let _ = std::os::unix::net::UnixStream::connect(format!("{}/own.sock", std::env::var("TMPDIR").unwrap())); }
        "unix" => { let _ = std::os::unix::net::UnixStream::connect("/no/such/socket"); }
        "datagrams" => {
            let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
            socket.connect("127.0.0.1:9").unwrap();
            let _ = socket.send(b"sin_port=htons(53)");
        }
        "name" => { let _ = "Db.Example.com.:5432".to_socket_addrs(); }
        "names" => {
            let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
            for name in ["\\x03one\\x04test", "\\x03two\\x04test", "\\x03one\\x04test"] {
                for kind in [1u8, 28] {
                    let mut query = vec![7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
                    query.extend_from_slice(name.as_bytes());
                    query.extend_from_slice(&[0, 0, kind, 0, 1]);
                    let _ = socket.send_to(&query, "127.0.0.1:53");
                }
            }
        }
        "never" => { let _ = TcpStream::connect(address("CLOSED")); loop { std::thread::sleep(Duration::from_secs(60)) } }
        "exit" => { let _ = TcpStream::connect(address("CLOSED")); eprintln!("no database"); std::process::exit(3) }
        "chatty" => for _ in 0..200 { eprintln!("{}", "x".repeat(1000)); },
        _ => {}
    }
    ask(&mode);
}
`;

/** Compiled beside the other functions of a test file: give it to `Functions.root`. */
export async function compileConnecting(functions: Functions): Promise<Buffer> {
  const source = join(functions.path, 'connecting.rs');
  const binary = join(functions.path, 'connecting');
  await writeFile(source, MAIN);
  await compileRust(source, binary);
  return readFile(binary);
}

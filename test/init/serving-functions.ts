import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXCHANGE, TINY_MAIN } from '../e2e/project.ts';
import { compileRust } from '../rust.ts';
import type { Functions } from './functions.ts';

/**
 * A server on `std` alone, as one behind Lambda's Web Adapter: it never asks for an event. `MODE` is what it does before it serves, or in place
 * of it; the path of a request says what it does with one.
 */
const MAIN = `${TINY_MAIN.replace('fn main()', 'fn ask()')}
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

${EXCHANGE}
#[inline(never)]
fn planted(count: u64) -> u64 {
    (0..count).fold(1, |sum, value| std::hint::black_box(sum ^ value.rotate_left(7)))
}

fn serve(stream: TcpStream) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first).unwrap_or(0) == 0 { return }
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap_or(0) > 0 && line != "\\r\\n" { line.clear() }
        let status = match first.split(' ').nth(1).unwrap_or("/") {
            "/work" => { planted(1_000_000); "200 OK" }
            "/missing" => "404 Not Found",
            "/broken" => "503 Service Unavailable",
            "/exit" => std::process::exit(4),
            "/endless" => {
                let chunk = format!("10000\\r\\n{}\\r\\n", "x".repeat(0x10000));
                let _ = reader.get_mut().write_all(b"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n");
                while reader.get_mut().write_all(chunk.as_bytes()).is_ok() {}
                return
            }
            "/bye" => {
                let _ = reader.get_mut().write_all(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello");
                // Whatever comes next over this connection is not read.
                let _ = reader.fill_buf();
                return
            }
            "/never" => loop { std::thread::sleep(Duration::from_secs(60)) },
            _ => "200 OK",
        };
        if reader.get_mut().write_all(format!("HTTP/1.1 {status}\\r\\nContent-Length: 5\\r\\n\\r\\nhello").as_bytes()).is_err() { return }
    }
}

fn main() {
    let mode = std::env::var("MODE").unwrap_or_default();
    let port: u16 = std::env::var("PORT").map_or(0, |port| port.parse().unwrap());
    let bind = || TcpListener::bind(("127.0.0.1", port)).unwrap();
    match mode.as_str() {
        "sleep" => { let _server = bind(); std::thread::sleep(Duration::from_secs(4)); ask() }
        "wait" => {
            let _server = bind();
            let (lock, condition) = (std::sync::Mutex::new(()), std::sync::Condvar::new());
            let _ = condition.wait_timeout(lock.lock().unwrap(), Duration::from_secs(4));
            ask()
        }
        "beside" => {
            let server = bind();
            std::thread::spawn(move || for stream in server.incoming() { drop(stream) });
            ask()
        }
        "connected" => {
            let server = bind();
            let _stream = TcpStream::connect(server.local_addr().unwrap()).unwrap();
            let (sender, receiver) = std::sync::mpsc::channel::<()>();
            std::thread::spawn(move || { std::thread::sleep(Duration::from_secs(4)); drop(sender) });
            let _ = receiver.recv();
            ask()
        }
        "late" => { std::thread::sleep(Duration::from_millis(300)); for stream in bind().incoming() { serve(stream.unwrap()) } }
        "work" => { planted(1_000_000); for stream in bind().incoming() { serve(stream.unwrap()) } }
        _ => for stream in bind().incoming() { serve(stream.unwrap()) },
    }
}
`;

/** Compiles the server into the folder, and answers a root that has it as its bootstrap. */
export async function servingRoot({ path: folder }: Functions): Promise<string> {
  const source = join(folder, 'serving.rs');
  await writeFile(source, MAIN);
  const root = join(folder, 'root-serving');
  await mkdir(root, { recursive: true });
  const binary = join(folder, 'serving');
  await compileRust(source, binary);
  await copyFile(binary, join(root, 'bootstrap'));
  return root;
}

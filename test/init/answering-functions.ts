import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXCHANGE } from '../e2e/project.ts';
import { compileRust } from '../rust.ts';
import type { Functions } from './functions.ts';

/**
 * A Lambda on `std` alone that answers events. `INIT` is what it does before its first event, `MODE` what it does with one; `PEER` is an address
 * that somebody listens at.
 */
export const ANSWERING_MAIN = `use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

${EXCHANGE}
#[inline(never)]
fn planted(count: u64) -> u64 {
    (0..count).fold(1, |sum, value| std::hint::black_box(sum ^ value.rotate_left(7)))
}

#[inline(never)]
fn build_table() -> u64 { planted(1_000_000) }

/// The next event and its request's id.
fn next(stream: &mut TcpStream, api: &str) -> (String, String) {
    stream.write_all(format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: {api}\\r\\n\\r\\n").as_bytes()).unwrap();
    let mut text = String::new();
    let mut buffer = [0u8; 8192];
    loop {
        let read = stream.read(&mut buffer).unwrap();
        if read == 0 { std::process::exit(0) }
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        let Some(end) = text.find("\\r\\n\\r\\n") else { continue };
        let header = |name: &str| text[..end].lines().find_map(|line| line.strip_prefix(name).map(str::to_string)).unwrap();
        let length: usize = header("Content-Length: ").parse().unwrap();
        if text.len() >= end + 4 + length { return (header("Lambda-Runtime-Aws-Request-Id: "), text[end + 4..].to_string()) }
    }
}

fn main() {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let of = |name: &str| std::env::var(name).unwrap_or_default();
    match of("INIT").as_str() {
        "work" => { build_table(); }
        "extension" => {
            let answer = exchange("POST /2020-01-01/extension/register HTTP/1.1\\r\\nLambda-Extension-Name: inner\\r\\nContent-Length: 21\\r\\n\\r\\n{\\"events\\":[\\"INVOKE\\"]}");
            let id = answer.lines().find_map(|line| line.strip_prefix("Lambda-Extension-Identifier: ")).unwrap().to_string();
            std::thread::spawn(move || {
                let event = exchange(&format!("GET /2020-01-01/extension/event/next HTTP/1.1\\r\\nLambda-Extension-Identifier: {id}\\r\\n\\r\\n"));
                eprintln!("extension: {}", event.lines().last().unwrap());
                exchange(&format!("POST /2020-01-01/extension/exit/error HTTP/1.1\\r\\nLambda-Extension-Identifier: {id}\\r\\nLambda-Extension-Function-Error-Type: Extension.Broke\\r\\nContent-Length: 0\\r\\n\\r\\n"));
            });
        }
        _ => {}
    }
    let mut stream = TcpStream::connect(&api).unwrap();
    let (id, event) = next(&mut stream, &api);
    let mode = of("MODE");
    match mode.as_str() {
        "panic" => panic!("TABLE is not set"),
        "exit" => { eprintln!("no table"); std::process::exit(3) }
        "never" => loop { std::thread::sleep(Duration::from_secs(60)) },
        "work" => { build_table(); }
        "memory" => { let table = vec![1u8; 8 << 20]; std::hint::black_box(&table); std::mem::forget(table); }
        "connect" => { let mut peer = TcpStream::connect(of("PEER")).unwrap(); peer.write_all(b"hello").unwrap(); let _ = peer.read(&mut [0u8; 64]); }
        "lookup" => { let _ = std::net::ToSocketAddrs::to_socket_addrs("dynamodb.us-east-1.amazonaws.com:443").map_err(|error| eprintln!("{error}")); }
        "thread" => { std::thread::spawn(|| build_table()).join().unwrap(); }
        _ => {}
    }
    let (kind, body) = match mode.as_str() {
        "error" => ("error", "{\\"errorType\\":\\"Table\\",\\"errorMessage\\":\\"no table\\"}".to_string()),
        "words" => ("error", "no table\\n".to_string()),
        "echo" => ("response", event),
        "large" => ("response", "x".repeat(7 << 20)),
        _ => ("response", "\\"done\\"".to_string()),
    };
    let answer = format!("POST /2018-06-01/runtime/invocation/{id}/{kind} HTTP/1.1\\r\\nHost: {api}\\r\\nContent-Length: {}\\r\\n\\r\\n{body}", body.len());
    stream.write_all(answer.as_bytes()).unwrap();
    let _ = stream.read(&mut [0u8; 1024]);
    // Nothing of what follows the answer is the first response's.
    planted(10_000_000);
    next(&mut stream, &api);
}
`;

/** Compiles the function into `folder`, and answers a root that has it as its bootstrap. */
export async function answeringRoot({ path: folder }: Functions): Promise<string> {
  const source = join(folder, 'answering.rs');
  await writeFile(source, ANSWERING_MAIN);
  const root = join(folder, 'root-answering');
  await mkdir(root, { recursive: true });
  const binary = join(folder, 'answering');
  await compileRust(source, binary);
  await copyFile(binary, join(root, 'bootstrap'));
  return root;
}

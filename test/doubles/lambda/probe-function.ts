import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileRust } from '../../rust.ts';
import { zipped } from './zipped.ts';

/**
 * A Lambda on `std` alone that answers every event with itself, and does before or with it what `MODE` says. Unlike the functions of the init
 * tests it lives on after an event, so it can be warm.
 */
const MAIN = `use std::io::{Read, Write};
use std::time::Duration;

fn exchange(request: &str) -> (String, String) {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let mut stream = std::net::TcpStream::connect(&api).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\\r\\n\\r\\n").unwrap();
    (head.to_string(), body.to_string())
}

fn post(path: &str, body: &str) {
    exchange(&format!("POST /2018-06-01/runtime/{path} HTTP/1.0\\r\\nConnection: close\\r\\nContent-Length: {}\\r\\n\\r\\n{body}", body.len()));
}

fn main() {
    let mode = std::env::var("MODE").unwrap_or_default();
    println!("LABEL starts as {mode:?}");
    let second = std::env::var("TMPDIR").unwrap() + "/../started";
    match mode.as_str() {
        "slow-init" => std::thread::sleep(Duration::from_millis(80)),
        "exit" => { eprintln!("TABLE is not set"); std::process::exit(3) }
        "once" => if !std::path::Path::new(&second).exists() { std::fs::write(&second, "").unwrap(); std::process::exit(3) },
        "init-error" => { post("init/error", r#"{"errorType":"Broken","errorMessage":"no table"}"#); std::process::exit(1) }
        "never" => loop { std::thread::sleep(Duration::from_secs(60)) },
        "fork" => { std::process::Command::new("/bin/sleep").arg("600").spawn().unwrap(); }
        _ => {}
    }
    loop {
        let (head, event) = exchange("GET /2018-06-01/runtime/invocation/next HTTP/1.0\\r\\nConnection: close\\r\\n\\r\\n");
        let id = head.lines().find_map(|line| line.strip_prefix("Lambda-Runtime-Aws-Request-Id: ")).unwrap().to_string();
        println!("LABEL answers {event}");
        match mode.as_str() {
            "crash" => std::process::exit(7),
            "slow-answer" => std::thread::sleep(Duration::from_millis(60)),
            "hang" => std::thread::sleep(Duration::from_secs(60)),
            "chatty" => for line in 0..200 { println!("line {line} {}", "x".repeat(60)); },
            _ => {}
        }
        if mode == "error" { post(&format!("invocation/{id}/error"), r#"{"errorType":"Refused","errorMessage":"no"}"#); }
        else { post(&format!("invocation/{id}/response"), &event); }
    }
}
`;

/** Compiles the function in about a second. `label` is what it prints: two labels are two packages. */
export async function probePackage(label: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-probe-'));
  try {
    await mkdir(join(folder, 'src'));
    await writeFile(join(folder, 'src/main.rs'), MAIN.replaceAll('LABEL', label));
    const binary = join(folder, 'bootstrap');
    await compileRust(join(folder, 'src/main.rs'), binary);
    return zipped(await readFile(binary));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

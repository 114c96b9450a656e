import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { compileRust } from '../../rust.ts';

/** An external extension on `std` alone: it registers, takes its time, and asks for its next event; or it ends before that. */
const MAIN = `use std::io::{Read, Write};

fn exchange(request: &str) -> String {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let mut stream = std::net::TcpStream::connect(&api).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

fn main() {
    let body = r#"{"events":["INVOKE"]}"#;
    let register = format!("POST /2020-01-01/extension/register HTTP/1.0\\r\\nLambda-Extension-Name: probe\\r\\nContent-Length: {}\\r\\n\\r\\n{body}", body.len());
    let answer = exchange(&register);
    let id = answer.lines().find_map(|line| line.strip_prefix("Lambda-Extension-Identifier: ")).unwrap().to_string();
    if MILLIS == 0 { eprintln!("COLLECTOR is not set"); std::process::exit(3) }
    std::thread::sleep(std::time::Duration::from_millis(MILLIS));
    loop { exchange(&format!("GET /2020-01-01/extension/event/next HTTP/1.0\\r\\nLambda-Extension-Identifier: {id}\\r\\n\\r\\n")); }
}
`;

/** As `cargo lambda build --extension` packs it. `0`: it exits before it asks for an event. */
export async function probeExtension(milliseconds: number): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-probe-'));
  try {
    await mkdir(join(folder, 'src'));
    await writeFile(join(folder, 'src/main.rs'), MAIN.replaceAll('MILLIS', String(milliseconds)));
    const binary = join(folder, 'probe');
    await compileRust(join(folder, 'src/main.rs'), binary);
    const zip = new AdmZip();
    zip.addFile('extensions/probe', await readFile(binary), '', 0o755);
    return zip.toBuffer();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

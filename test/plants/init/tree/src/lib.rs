use std::io::{Read, Write};

/// The Runtime API's first question, on `std` alone.
#[inline(never)]
pub fn next() {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").expect("AWS_LAMBDA_RUNTIME_API");
    let mut stream = std::net::TcpStream::connect(&api).expect("connect");
    let request = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {api}\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("write");
    let mut answer = [0u8; 1024];
    let _ = stream.read(&mut answer);
}

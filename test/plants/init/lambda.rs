//! The Runtime API's first question, on `std` alone.
use std::io::{Read, Write};

#[inline(never)]
pub fn next() {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").expect("AWS_LAMBDA_RUNTIME_API");
    let mut stream = std::net::TcpStream::connect(&api).expect("connect");
    let request = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {api}\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("write");
    let mut answer = [0u8; 1024];
    let _ = stream.read(&mut answer);
}

/// A loop of about `count` × 4 instructions, in the function that it is inlined into.
#[allow(dead_code)]
#[inline(always)]
pub fn spin(count: u64) -> u64 {
    (0..count).fold(1, |sum, value| std::hint::black_box(sum ^ value.rotate_left(7)))
}

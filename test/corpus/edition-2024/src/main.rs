//! On `std` alone but for one small crate: it is built in CI and held against a plain build.
use std::io::{Read, Write};

fn greeting(number: u64) -> impl Fn(&str) -> String {
    move |name| format!("{} {name}", itoa::Buffer::new().format(number))
}

fn main() {
    let greet = greeting(u64::from(std::process::id()));
    if let Ok(api) = std::env::var("AWS_LAMBDA_RUNTIME_API")
        && let Ok(mut stream) = std::net::TcpStream::connect(&api)
    {
        let request = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {api}\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("write");
        let mut answer = [0u8; 1024];
        let _ = stream.read(&mut answer);
    }
    println!("{}", greet("requests"));
}

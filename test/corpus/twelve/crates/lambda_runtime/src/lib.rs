//! A Runtime API client on `std` alone, named as the real one, so that the workspace builds in seconds and is read as functions.
use std::io::{Read, Write};

/// Asks for events and answers each, until the API closes the connection.
pub fn run(handle: impl Fn(&str) -> String) {
    let Ok(api) = std::env::var("AWS_LAMBDA_RUNTIME_API") else { return };
    while let Some(event) = exchange(&api, "GET", "next", "") {
        let (head, body) = event.split_once("\r\n\r\n").unwrap_or((&event, ""));
        let Some(id) = head.lines().find_map(|line| line.strip_prefix("Lambda-Runtime-Aws-Request-Id: ")) else { return };
        if exchange(&api, "POST", &format!("{id}/response"), &handle(body)).is_none() {
            return;
        }
    }
}

fn exchange(api: &str, method: &str, path: &str, body: &str) -> Option<String> {
    let mut stream = std::net::TcpStream::connect(api).ok()?;
    let length = body.len();
    write!(
        stream,
        "{method} /2018-06-01/runtime/invocation/{path} HTTP/1.1\r\nHost: {api}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    (!answer.is_empty()).then_some(answer)
}

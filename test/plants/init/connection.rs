#[path = "lambda.rs"]
mod lambda;

fn main() {
    #[cfg(planted)]
    let _ = std::net::TcpStream::connect_timeout(&"127.0.0.1:9".parse().unwrap(), std::time::Duration::from_millis(200));
    lambda::next();
}

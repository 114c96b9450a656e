#[path = "lambda.rs"]
mod lambda;

#[cfg(planted)]
#[inline(never)]
fn refresh() {
    loop {
        lambda::spin(100_000);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

fn main() {
    #[cfg(planted)]
    std::thread::spawn(refresh);
    lambda::next();
}

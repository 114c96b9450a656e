#[path = "lambda.rs"]
mod lambda;

fn main() {
    #[cfg(planted)]
    start_worker();
    lambda::next();
}

#[cfg(planted)]
#[inline(never)]
fn start_worker() {
    std::thread::spawn(|| lambda::spin(1_000_000)).join().unwrap();
}

#[path = "lambda.rs"]
mod lambda;

#[cfg(planted)]
#[inline(never)]
fn planted_work() -> u64 {
    lambda::spin(1_000_000)
}

fn main() {
    #[cfg(planted)]
    std::thread::spawn(planted_work).join().unwrap();
    lambda::next();
}

#[path = "lambda.rs"]
mod lambda;

#[cfg(planted)]
#[inline(never)]
fn warm_cache() -> u64 {
    lambda::spin(200_000_000)
}

fn main() {
    #[cfg(planted)]
    std::thread::spawn(warm_cache);
    lambda::next();
}

#[path = "lambda.rs"]
mod lambda;

#[cfg(planted)]
#[inline(never)]
fn load_index() -> u64 {
    lambda::spin(875_000)
}

#[cfg(planted)]
#[inline(never)]
fn warm_cache() -> u64 {
    lambda::spin(200_000_000)
}

fn main() {
    #[cfg(planted)]
    {
        // callgrind gives the second one the number of the first.
        std::thread::spawn(load_index).join().unwrap();
        std::thread::spawn(warm_cache);
    }
    lambda::next();
}

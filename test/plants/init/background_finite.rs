#[path = "lambda.rs"]
mod lambda;

#[cfg(planted)]
#[inline(never)]
fn load_index() -> u64 {
    lambda::spin(3_000_000)
}

fn main() {
    #[cfg(planted)]
    std::thread::spawn(load_index);
    lambda::next();
}

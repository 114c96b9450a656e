#[path = "lambda.rs"]
mod lambda;

#[inline(never)]
fn fibonacci(number: u64) -> u64 {
    if number < 2 { 1 } else { std::hint::black_box(fibonacci(number - 1)) + fibonacci(number - 2) }
}

#[inline(never)]
fn start_up() -> u64 {
    fibonacci(if cfg!(planted) { 24 } else { 3 })
}

fn main() {
    std::hint::black_box(start_up());
    lambda::next();
}

#[path = "lambda.rs"]
mod lambda;

fn main() {
    let small: Vec<Vec<u8>> = (0..if cfg!(planted) { 400 } else { 1 }).map(|_| vec![1u8; 10_000]).collect();
    std::mem::forget(std::hint::black_box(small));
    lambda::next();
}

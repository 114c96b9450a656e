#[path = "lambda.rs"]
mod lambda;

fn main() {
    let table = vec![1u8; if cfg!(planted) { 8 << 20 } else { 8 }];
    std::mem::forget(std::hint::black_box(table));
    lambda::next();
}

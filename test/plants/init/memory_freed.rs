#[path = "lambda.rs"]
mod lambda;

#[inline(never)]
fn unpack(size: usize) -> usize {
    std::hint::black_box(vec![1u8; size]).len()
}

fn main() {
    std::hint::black_box(unpack(if cfg!(planted) { 8 << 20 } else { 8 }));
    lambda::next();
}

#[path = "lambda.rs"]
mod lambda;

#[inline(never)]
fn even(number: u64) -> bool {
    lambda::spin(100);
    number == 0 || odd(number - 1)
}
#[inline(never)]
fn odd(number: u64) -> bool {
    lambda::spin(100);
    number != 0 && std::hint::black_box(even(number - 1))
}

#[inline(never)]
fn check_parity() -> bool {
    std::hint::black_box(even(if cfg!(planted) { 3_000 } else { 4 }))
}

fn main() {
    std::hint::black_box(check_parity());
    lambda::next();
}

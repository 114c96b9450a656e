#[path = "lambda.rs"]
mod lambda;

use std::fmt::Write;

#[inline(never)]
fn banner(lines: u32) -> String {
    let mut text = String::new();
    for line in 0..lines {
        write!(text, "{line:>8} {:?} {:.3}\n", Some(line), f64::from(line) / 3.0).unwrap();
    }
    text
}

fn main() {
    std::hint::black_box(banner(if cfg!(planted) { 5_000 } else { 5 }).len());
    lambda::next();
}

#[path = "lambda.rs"]
mod lambda;

#[inline(never)]
fn checksum(values: &[u64]) -> u64 {
    lambda::spin(values.len() as u64 * 1_000)
}

fn main() {
    let values = vec![1; if cfg!(planted) { 1_000 } else { 1 }];
    let sum = std::thread::scope(|scope| scope.spawn(|| checksum(&values)).join().unwrap());
    std::hint::black_box(sum);
    lambda::next();
}

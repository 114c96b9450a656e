#[path = "lambda.rs"]
mod lambda;

#[inline(never)]
fn read_rules(times: usize) -> usize {
    (0..times).map(|_| std::fs::read_to_string("/proc/self/maps").unwrap().lines().count()).sum()
}

fn main() {
    std::hint::black_box(read_rules(if cfg!(planted) { 200 } else { 1 }));
    lambda::next();
}

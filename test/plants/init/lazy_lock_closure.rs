#[path = "lambda.rs"]
mod lambda;

use std::sync::LazyLock;

static TABLE: LazyLock<Vec<u64>> = LazyLock::new(build_table);

#[inline(never)]
fn build_table() -> Vec<u64> {
    (0..4).map(|_| lambda::spin(300_000)).collect()
}

fn main() {
    let checks: [Box<dyn Fn() -> usize>; 2] = [Box::new(|| 1), Box::new(|| if cfg!(planted) { TABLE.len() } else { 2 })];
    std::hint::black_box(checks.iter().map(|check| check()).sum::<usize>());
    lambda::next();
}

#[path = "lambda.rs"]
mod lambda;

use std::sync::LazyLock;

static TABLE: LazyLock<Vec<u64>> = LazyLock::new(|| (0..4).map(|_| lambda::spin(300_000)).collect());

fn main() {
    if cfg!(planted) {
        std::hint::black_box(TABLE.len());
    }
    lambda::next();
}

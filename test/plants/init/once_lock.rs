#[path = "lambda.rs"]
mod lambda;

use std::sync::OnceLock;

static SETTINGS: OnceLock<u64> = OnceLock::new();

#[inline(never)]
fn settings() -> u64 {
    *SETTINGS.get_or_init(|| if cfg!(planted) { lambda::spin(1_000_000) } else { 1 })
}

fn main() {
    std::hint::black_box(settings());
    lambda::next();
}

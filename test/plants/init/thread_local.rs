#[path = "lambda.rs"]
mod lambda;

thread_local! {
    static SEEDS: Vec<u64> = seeds();
}

#[inline(never)]
fn seeds() -> Vec<u64> {
    (0..4).map(|_| lambda::spin(300_000)).collect()
}

fn main() {
    if cfg!(planted) {
        std::hint::black_box(SEEDS.with(|seeds| seeds.len()));
    }
    lambda::next();
}

//! A crate that base has already; at head a version that does more.
#[inline(never)]
pub fn setup() -> u64 {
    if cfg!(planted) { defaults() } else { 1 }
}

#[inline(never)]
fn defaults() -> u64 {
    (0..1_000_000u64).fold(1, |sum, value| std::hint::black_box(sum ^ value.rotate_left(7)))
}

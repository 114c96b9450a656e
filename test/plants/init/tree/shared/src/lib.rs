/// A loop of about `count` × 4 instructions.
#[inline(always)]
pub fn spin(count: u64) -> u64 {
    (0..count).fold(1, |sum, value| std::hint::black_box(sum ^ value.rotate_left(7)))
}

pub const COUNT: u64 = if cfg!(feature = "planted") { 1_000_000 } else { 10 };

/// Work of another member of the workspace.
#[inline(never)]
pub fn warm_caches() -> u64 {
    spin(COUNT)
}

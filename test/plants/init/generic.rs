#[path = "lambda.rs"]
mod lambda;

#[inline(never)]
fn decode<const WIDTH: usize, T: Default + std::hash::Hash>(count: u64) -> u64 {
    use std::hash::{Hash, Hasher};
    (0..count).fold(0, |sum, value| {
        let mut hasher = std::collections::hash_map::DefaultHasher::new();
        (T::default(), value, WIDTH).hash(&mut hasher);
        sum ^ hasher.finish()
    })
}

fn main() {
    let mut sum = decode::<1, u8>(100);
    #[cfg(planted)]
    {
        sum ^= decode::<2, u16>(3_000) ^ decode::<4, u32>(3_000) ^ decode::<8, u64>(3_000) ^ decode::<16, String>(3_000);
    }
    std::hint::black_box(&mut sum);
    lambda::next();
}

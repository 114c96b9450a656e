#[path = "lambda.rs"]
mod lambda;

#[cfg(planted)]
#[inline(never)]
#[target_feature(enable = "avx512f")]
unsafe fn checksum_avx512(bytes: &[u64]) -> u64 {
    bytes.iter().fold(1, |sum, value| sum ^ value.rotate_left(7))
}

#[cfg(planted)]
#[inline(never)]
fn checksum_scalar(bytes: &[u64]) -> u64 {
    lambda::spin(1_000_000 - bytes.len() as u64)
}

/// As crates do that ask for a feature when they run.
#[cfg(planted)]
#[inline(never)]
fn checksum(bytes: &[u64]) -> u64 {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512f") {
        return unsafe { checksum_avx512(bytes) };
    }
    checksum_scalar(bytes)
}

fn main() {
    #[cfg(planted)]
    std::hint::black_box(checksum(std::hint::black_box(&[7; 64])));
    lambda::next();
}

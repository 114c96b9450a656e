#[path = "answering.rs"]
mod answering;
#[path = "lambda.rs"]
mod lambda;

#[cfg(planted)]
static PRICES: std::sync::LazyLock<u64> = std::sync::LazyLock::new(load_prices);

#[cfg(planted)]
#[inline(never)]
fn load_prices() -> u64 {
    lambda::spin(1_000_000)
}

fn main() {
    answering::answer(|| {
        #[cfg(planted)]
        return *PRICES;
        #[cfg(not(planted))]
        7
    });
}

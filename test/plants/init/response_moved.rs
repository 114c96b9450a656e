#[path = "answering.rs"]
mod answering;
#[path = "lambda.rs"]
mod lambda;

#[inline(never)]
fn load_prices() -> u64 {
    lambda::spin(1_000_000)
}

fn main() {
    #[cfg(not(planted))]
    let prices = load_prices();
    answering::answer(|| {
        #[cfg(planted)]
        let prices = load_prices();
        prices
    });
}

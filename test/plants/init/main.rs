#[path = "lambda.rs"]
mod lambda;

fn main() {
    #[cfg(planted)]
    lambda::spin(1_000_000);
    lambda::next();
}

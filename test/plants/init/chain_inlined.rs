#[path = "lambda.rs"]
mod lambda;

fn first(count: u64) -> u64 {
    second(count) + 1
}
fn second(count: u64) -> u64 {
    third(count) + 1
}
fn third(count: u64) -> u64 {
    fourth(count) + 1
}
fn fourth(count: u64) -> u64 {
    fifth(count) + 1
}
fn fifth(count: u64) -> u64 {
    lambda::spin(count)
}

fn main() {
    #[cfg(planted)]
    first(1_000_000);
    lambda::next();
}

#[path = "lambda.rs"]
mod lambda;

extern crate settings;

fn main() {
    std::hint::black_box(settings::setup());
    lambda::next();
}

#[path = "lambda.rs"]
mod lambda;

extern "C" {
    fn c_ready() -> i32;
}

fn main() {
    std::hint::black_box(unsafe { c_ready() });
    lambda::next();
}

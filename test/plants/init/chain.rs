#[path = "lambda.rs"]
mod lambda;

macro_rules! levels {
    ($($name:ident calls $next:expr;)*) => { $(#[inline(never)] fn $name(count: u64) -> u64 { std::hint::black_box($next(count) + 1) })* };
}
levels! {
    first calls second;
    second calls third;
    third calls fourth;
    fourth calls fifth;
    fifth calls lambda::spin;
}

fn main() {
    first(if cfg!(planted) { 1_000_000 } else { 100 });
    lambda::next();
}

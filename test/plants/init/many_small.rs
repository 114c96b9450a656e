#[path = "lambda.rs"]
mod lambda;

macro_rules! steps {
    ($($name:ident $number:literal)*) => {
        $(#[inline(never)] fn $name(value: u64) -> u64 { lambda::spin(value + $number) ^ $number })*
        #[inline(never)]
        fn run_steps(value: u64) -> u64 { 0 $(^ $name(value))* }
    };
}
steps! { a 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8 i 9 j 10 }

fn main() {
    std::hint::black_box(run_steps(if cfg!(planted) { 100_000 } else { 10 }));
    lambda::next();
}

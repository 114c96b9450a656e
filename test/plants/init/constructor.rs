#[path = "lambda.rs"]
mod lambda;

#[used]
#[link_section = ".init_array"]
static BEFORE_MAIN: extern "C" fn() = before_main;

extern "C" fn before_main() {
    lambda::spin(if cfg!(planted) { 1_000_000 } else { 100 });
}

fn main() {
    lambda::next();
}

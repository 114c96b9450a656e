#[path = "lambda.rs"]
mod lambda;

static mut TABLE: [u64; 100_000] = [7; 100_000];

fn main() {
    let pages = if cfg!(planted) { 190 } else { 1 };
    for page in 0..pages {
        unsafe { (&raw mut TABLE).cast::<u64>().add(page * 512).write_volatile(1) };
    }
    lambda::next();
}

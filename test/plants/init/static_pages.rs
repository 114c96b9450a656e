#[path = "lambda.rs"]
mod lambda;

static mut PAGES: [u8; 400 * 4096] = [0; 400 * 4096];

fn main() {
    let pages = if cfg!(planted) { 400 } else { 1 };
    for page in 0..pages {
        unsafe { (&raw mut PAGES).cast::<u8>().add(page * 4096).write_volatile(1) };
    }
    lambda::next();
}

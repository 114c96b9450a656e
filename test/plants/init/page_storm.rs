#[path = "lambda.rs"]
mod lambda;

/// Each page costs the kernel thousands of times what it costs the program: one write.
#[cfg(planted)]
#[inline(never)]
fn touch_pages(pages: usize) {
    let mut memory = Vec::<u8>::with_capacity(pages * 4096);
    for page in 0..pages {
        unsafe { memory.as_mut_ptr().add(page * 4096).write_volatile(1) };
    }
    std::hint::black_box(&mut memory);
}

fn main() {
    #[cfg(planted)]
    touch_pages(16_384);
    lambda::next();
}

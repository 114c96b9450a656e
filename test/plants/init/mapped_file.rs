#[path = "lambda.rs"]
mod lambda;

extern "C" {
    fn mmap(at: *mut u8, length: usize, rights: i32, flags: i32, file: i32, offset: i64) -> *mut u8;
}

/// Reads every page of a file that every Linux has, as a model or a table would be read.
fn read_model(path: &str) -> u64 {
    use std::os::fd::AsRawFd;
    let file = std::fs::File::open(path).unwrap();
    let length = file.metadata().unwrap().len() as usize;
    let model = unsafe { mmap(std::ptr::null_mut(), length, 1, 2, file.as_raw_fd(), 0) };
    (0..length).step_by(4096).map(|place| u64::from(unsafe { model.add(place).read_volatile() })).sum()
}

fn main() {
    if cfg!(planted) {
        std::hint::black_box(read_model("/bin/bash"));
    }
    lambda::next();
}

#[path = "lambda.rs"]
mod lambda;

fn main() {
    #[cfg(planted)]
    std::thread::spawn(|| {
        use std::io::Read;
        let mut bytes = vec![0u8; 1 << 20];
        // Of the page cache: the copy is the kernel's.
        let program = std::env::current_exe().unwrap();
        let mut read = 0;
        while read < 200 << 20 {
            let mut file = std::fs::File::open(&program).unwrap();
            loop {
                match file.read(&mut bytes).unwrap() {
                    0 => break,
                    length => read += length,
                }
            }
        }
        std::hint::black_box(&bytes);
    })
    .join()
    .unwrap();
    lambda::next();
}

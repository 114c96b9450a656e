#[path = "lambda.rs"]
mod lambda;

fn main() {
    #[cfg(planted)]
    std::thread::spawn(|| {
        use std::io::Read;
        let mut bytes = [0u8; 65_536];
        let mut random = std::fs::File::open("/dev/urandom").unwrap();
        for _ in 0..64 {
            random.read_exact(&mut bytes).unwrap();
        }
        std::hint::black_box(&bytes);
    })
    .join()
    .unwrap();
    lambda::next();
}

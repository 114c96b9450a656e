#[path = "lambda.rs"]
mod lambda;

fn main() {
    #[cfg(planted)]
    {
        use std::io::Read;
        let mut bytes = vec![0u8; 4 << 20];
        std::fs::File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
        std::hint::black_box(&bytes);
    }
    lambda::next();
}

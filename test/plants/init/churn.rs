#[path = "lambda.rs"]
mod lambda;

fn main() {
    for _ in 0..if cfg!(planted) { 40 } else { 0 } {
        let worker = std::thread::spawn(|| {
            let mut page = [0u8; 400_000];
            std::hint::black_box(&mut page);
        });
        worker.join().unwrap();
    }
    lambda::next();
}

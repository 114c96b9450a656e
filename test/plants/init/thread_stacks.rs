#[path = "lambda.rs"]
mod lambda;

fn main() {
    for _ in 0..if cfg!(planted) { 8 } else { 0 } {
        std::thread::spawn(|| {
            let mut page = [0u8; 400_000];
            std::hint::black_box(&mut page);
            std::thread::sleep(std::time::Duration::from_secs(60));
        });
    }
    std::thread::sleep(std::time::Duration::from_millis(50));
    lambda::next();
}

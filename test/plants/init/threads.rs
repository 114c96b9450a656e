#[path = "lambda.rs"]
mod lambda;

#[inline(never)]
fn warm(part: u64) -> u64 {
    lambda::spin(part)
}

fn main() {
    let part = if cfg!(planted) { 400_000 } else { 1_000 };
    let workers: Vec<_> = (0..4).map(|_| std::thread::spawn(move || warm(part))).collect();
    for worker in workers {
        worker.join().unwrap();
    }
    lambda::next();
}

#[path = "lambda.rs"]
mod lambda;

trait Plugin {
    fn start(&self) -> u64;
}
struct Quiet;
struct Loud(u64);
impl Plugin for Quiet {
    fn start(&self) -> u64 {
        1
    }
}
impl Plugin for Loud {
    fn start(&self) -> u64 {
        lambda::spin(self.0)
    }
}

fn main() {
    let count = std::hint::black_box(if cfg!(planted) { 1_000_000 } else { 10 });
    let plugins: Vec<Box<dyn Plugin>> = vec![Box::new(Quiet), Box::new(Loud(count))];
    std::hint::black_box(std::hint::black_box(plugins).iter().map(|plugin| plugin.start()).sum::<u64>());
    lambda::next();
}

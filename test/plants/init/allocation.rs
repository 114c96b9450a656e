#[path = "lambda.rs"]
mod lambda;

use std::collections::HashMap;

#[inline(never)]
fn load_index(count: u64) -> HashMap<String, Vec<u64>> {
    let mut index: HashMap<String, Vec<u64>> = HashMap::new();
    for value in 0..count {
        index.entry(format!("key-{}", value % 1_000)).or_default().push(value);
    }
    index
}

fn main() {
    std::hint::black_box(load_index(if cfg!(planted) { 10_000 } else { 10 }).len());
    lambda::next();
}

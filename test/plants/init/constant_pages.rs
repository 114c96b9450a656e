#[path = "lambda.rs"]
mod lambda;

static TABLE: [u64; 200_000] = {
    let mut table = [0; 200_000];
    let mut place = 0;
    while place < table.len() {
        table[place] = place as u64 * 3;
        place += 1;
    }
    table
};

fn main() {
    let step = if cfg!(planted) { 512 } else { 200_000 };
    let table = std::hint::black_box(&TABLE);
    std::hint::black_box(table.iter().step_by(step).sum::<u64>());
    lambda::next();
}

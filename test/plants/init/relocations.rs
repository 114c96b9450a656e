#[path = "lambda.rs"]
mod lambda;

macro_rules! times {
    ($($text:expr),*) => { [$($text, $text, $text, $text, $text, $text, $text, $text, $text, $text),*] };
}
#[cfg(planted)]
static WORDS: [[[[[&str; 10]; 10]; 10]; 10]; 2] = {
    const A: [&str; 10] = times!("word");
    const B: [[&str; 10]; 10] = times!(A);
    const C: [[[&str; 10]; 10]; 10] = times!(B);
    const D: [[[[&str; 10]; 10]; 10]; 10] = times!(C);
    [D, D]
};

fn main() {
    #[cfg(planted)]
    std::hint::black_box(&WORDS);
    lambda::next();
}

#[path = "lambda.rs"]
mod lambda;

#[inline(never)]
fn read_config() -> u64 {
    lambda::spin(std::hint::black_box(500_000))
}

#[cfg(not(planted))]
#[inline(never)]
fn early() -> u64 {
    read_config()
}

#[cfg(planted)]
mod later {
    #[inline(never)]
    pub fn late() -> u64 {
        super::read_config()
    }
    #[inline(never)]
    pub fn new_work() -> u64 {
        crate::lambda::spin(std::hint::black_box(2_000_000)) ^ 5
    }
}

fn main() {
    #[cfg(not(planted))]
    std::hint::black_box(early());
    #[cfg(planted)]
    std::hint::black_box(later::late() + later::new_work());
    lambda::next();
}

#[inline(never)]
fn routes() -> Vec<regex::Regex> {
    let patterns = if shared::COUNT > 10 { 4 } else { 0 };
    ["^/users/([0-9]+)$", "^/orders/([a-f0-9-]{36})$", r"^/items/(\w+)/parts/(\w+)$", "^/health$"]
        .iter()
        .take(patterns)
        .map(|pattern| regex::Regex::new(pattern).unwrap())
        .collect()
}

fn main() {
    std::hint::black_box(routes().len());
    tree::next();
}

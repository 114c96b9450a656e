static mut TEXT: String = String::new();

#[inline(never)]
fn load_prices() -> serde_json::Value {
    #[allow(static_mut_refs)]
    let text = unsafe { &TEXT };
    serde_json::from_str(text).unwrap()
}

fn main() {
    let entries = if shared::COUNT > 10 { 10_000 } else { 1 };
    let text = format!("[{}{{\"id\":1}}]", "{\"id\":12,\"name\":\"pear\",\"price\":1.25},".repeat(entries));
    unsafe { TEXT = text };
    std::mem::forget(std::hint::black_box(load_prices()));
    tree::next();
}

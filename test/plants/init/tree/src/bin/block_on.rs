async fn prepare() -> u64 {
    tokio::task::yield_now().await;
    step(shared::COUNT)
}

#[inline(never)]
fn step(count: u64) -> u64 {
    shared::spin(count)
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    std::hint::black_box(runtime.block_on(prepare()));
    tree::next();
}

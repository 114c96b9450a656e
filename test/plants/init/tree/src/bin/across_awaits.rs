async fn first() -> u64 {
    tokio::task::yield_now().await;
    shared::spin(shared::COUNT / 2)
}

async fn second(before: u64) -> u64 {
    tokio::task::yield_now().await;
    before ^ shared::spin(shared::COUNT / 2)
}

async fn connect_all() -> u64 {
    let one = first().await;
    second(one).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    std::hint::black_box(Box::pin(connect_all()).await);
    tree::next();
}

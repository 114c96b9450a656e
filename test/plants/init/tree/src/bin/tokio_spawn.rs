#[inline(never)]
async fn warm_up() -> u64 {
    tokio::task::yield_now().await;
    shared::spin(shared::COUNT)
}

#[tokio::main]
async fn main() {
    tokio::spawn(warm_up()).await.unwrap();
    tree::next();
}

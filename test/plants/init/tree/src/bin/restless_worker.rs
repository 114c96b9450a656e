#[inline(never)]
async fn poll_forever() {
    while shared::COUNT > 10 {
        shared::spin(shared::COUNT / 10);
        tokio::task::yield_now().await;
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(poll_forever());
    tree::next();
}

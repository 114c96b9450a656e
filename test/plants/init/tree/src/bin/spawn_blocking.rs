#[inline(never)]
fn load_model() -> u64 {
    shared::spin(shared::COUNT)
}

#[tokio::main]
async fn main() {
    tokio::task::spawn_blocking(load_model).await.unwrap();
    tree::next();
}

#[inline(never)]
fn load_model() -> u64 {
    shared::spin(shared::COUNT * 4)
}

#[tokio::main]
async fn main() {
    tokio::task::spawn_blocking(load_model);
    tree::next();
}

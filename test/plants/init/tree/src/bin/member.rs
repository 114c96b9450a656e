#[tokio::main(flavor = "current_thread")]
async fn main() {
    std::hint::black_box(shared::warm_caches());
    tree::next();
}

use lambda_runtime::{service_fn, Error, LambdaEvent};

#[inline(never)]
fn load_table() -> u64 {
    shared::spin(shared::COUNT)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let table = load_table();
    lambda_runtime::run(service_fn(move |event: LambdaEvent<serde_json::Value>| async move {
        Ok::<_, Error>(serde_json::json!({ "table": table, "event": event.payload }))
    }))
    .await
}

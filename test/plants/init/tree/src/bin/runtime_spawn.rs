use lambda_runtime::{service_fn, Error, LambdaEvent};

async fn refresh() -> u64 {
    tokio::task::yield_now().await;
    score(shared::COUNT)
}

#[inline(never)]
fn score(count: u64) -> u64 {
    shared::spin(count)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let table = tokio::spawn(async { refresh().await }).await?;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<serde_json::Value>| async move {
        Ok::<_, Error>(serde_json::json!({ "table": table, "event": event.payload }))
    }))
    .await
}

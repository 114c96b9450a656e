use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let text = event.payload.to_string();
    let packed = zstd::encode_all(text.as_bytes(), 3)?;
    Ok(json!({ "bytes": text.len(), "packed": packed.len() }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

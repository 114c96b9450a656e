use aws_lc_rs::digest::{digest, SHA256};
use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let text = event.payload["text"].as_str().unwrap_or_default();
    Ok(json!({ "first": digest(&SHA256, text.as_bytes()).as_ref()[0] }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

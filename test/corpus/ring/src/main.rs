use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use ring::hmac;
use serde_json::{json, Value};

async fn handle(key: &hmac::Key, event: LambdaEvent<Value>) -> Result<Value, Error> {
    let text = event.payload["text"].as_str().unwrap_or_default();
    Ok(json!({ "first": hmac::sign(key, text.as_bytes()).as_ref()[0] }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"a key for tests alone");
    run(service_fn(|event| handle(&key, event))).await
}

use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use prost::Message;
use serde_json::{json, Value};

mod orders {
    include!(concat!(env!("OUT_DIR"), "/orders.rs"));
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let order = orders::Order { id: event.payload["id"].as_u64().unwrap_or_default(), lines: vec![] };
    Ok(json!({ "bytes": order.encoded_len() }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

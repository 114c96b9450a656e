use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

struct Clients {
    s3: aws_sdk_s3::Client,
    dynamodb: aws_sdk_dynamodb::Client,
}

async fn handle(clients: &Clients, event: LambdaEvent<Value>) -> Result<Value, Error> {
    let bucket = event.payload["bucket"].as_str().unwrap_or_default();
    let listed = clients.s3.list_objects_v2().bucket(bucket).send().await?;
    let tables = clients.dynamodb.list_tables().send().await?;
    Ok(json!({ "objects": listed.key_count(), "tables": tables.table_names().len() }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = aws_config::load_from_env().await;
    let clients = Clients { s3: aws_sdk_s3::Client::new(&config), dynamodb: aws_sdk_dynamodb::Client::new(&config) };
    run(service_fn(|event| handle(&clients, event))).await
}

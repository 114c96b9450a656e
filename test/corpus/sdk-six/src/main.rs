use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

struct Clients {
    dynamodb: aws_sdk_dynamodb::Client,
    s3: aws_sdk_s3::Client,
    secrets: aws_sdk_secretsmanager::Client,
    sns: aws_sdk_sns::Client,
    sqs: aws_sdk_sqs::Client,
    ssm: aws_sdk_ssm::Client,
}

async fn handle(clients: &Clients, event: LambdaEvent<Value>) -> Result<Value, Error> {
    let of = |name: &str| event.payload[name].as_str().unwrap_or_default().to_owned();
    let secret = clients.secrets.get_secret_value().secret_id(of("secret")).send().await?;
    let parameter = clients.ssm.get_parameter().name(of("parameter")).send().await?;
    let tables = clients.dynamodb.list_tables().send().await?;
    let buckets = clients.s3.list_buckets().send().await?;
    clients.sqs.send_message().queue_url(of("queue")).message_body(of("body")).send().await?;
    clients.sns.publish().topic_arn(of("topic")).message(of("body")).send().await?;
    Ok(json!({
        "secret": secret.name(),
        "parameter": parameter.parameter().and_then(|found| found.name()),
        "tables": tables.table_names().len(),
        "buckets": buckets.buckets().len(),
    }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = aws_config::load_from_env().await;
    let clients = Clients {
        dynamodb: aws_sdk_dynamodb::Client::new(&config),
        s3: aws_sdk_s3::Client::new(&config),
        secrets: aws_sdk_secretsmanager::Client::new(&config),
        sns: aws_sdk_sns::Client::new(&config),
        sqs: aws_sdk_sqs::Client::new(&config),
        ssm: aws_sdk_ssm::Client::new(&config),
    };
    run(service_fn(|event| handle(&clients, event))).await
}

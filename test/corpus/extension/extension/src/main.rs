use lambda_extension::{service_fn, Error, LambdaEvent, NextEvent};

async fn watch(event: LambdaEvent) -> Result<(), Error> {
    if let NextEvent::Invoke(invocation) = event.next {
        println!("{}", serde_json::json!({ "request": invocation.request_id }));
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_extension::run(service_fn(watch)).await
}

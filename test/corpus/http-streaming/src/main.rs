use bytes::Bytes;
use http_body_util::channel::Channel;
use lambda_http::{run_with_streaming_response, service_fn, Error, Request, Response};

async fn handle(_: Request) -> Result<Response<Channel<Bytes, Error>>, Error> {
    let (mut sender, body) = Channel::<Bytes, Error>::new(4);
    tokio::spawn(async move {
        for number in 0..4 {
            let _ = sender.send_data(Bytes::from(format!("part {number}\n"))).await;
        }
    });
    Ok(Response::builder().header("content-type", "text/plain").body(body)?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run_with_streaming_response(service_fn(handle)).await
}

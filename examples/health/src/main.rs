//! `GET /health` behind API Gateway: Axum on `lambda_http`, as small as it gets.
use axum::{Json, Router, routing::get};
use lambda_http::{Error, run};
use serde_json::{Value, json};

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(Router::new().route("/health", get(health))).await
}

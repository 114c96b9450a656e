use axum::extract::Path;
use axum::routing::{get, post};
use axum::{Json, Router};
use lambda_http::{run, Error};
use serde_json::{json, Value};
use tower_http::cors::CorsLayer;
use tower_http::trace::TraceLayer;

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn order(Path(id): Path<u64>) -> Json<Value> {
    Json(json!({ "id": id }))
}

async fn create(Json(body): Json<Value>) -> Json<Value> {
    Json(body)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let router = Router::new()
        .route("/health", get(health))
        .route("/orders/{id}", get(order))
        .route("/orders", post(create))
        .layer(CorsLayer::permissive())
        .layer(TraceLayer::new_for_http());
    run(router).await
}

//! `GET /health`, now refusing scanners: one new dependency, and its work is done before `run`.
use axum::{Json, Router, extract::Request, http::StatusCode, middleware, response::Response, routing::get};
use lambda_http::{Error, run};
use regex::RegexSet;
use serde_json::{Value, json};
use std::sync::Arc;

const SCANNED: [&str; 8] = ["wp-admin", "wp-login", "phpmyadmin", "cgi-bin", r"\.env", r"\.git", "actuator", "solr"];

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    // Compiled at every cold start, before the first request can be taken.
    let blocked = Arc::new(RegexSet::new(SCANNED.iter().flat_map(|path| {
        ["php", "aspx", "jsp", "cgi"].map(|ending| format!(r"(?i)^/[\w/-]*{path}[\w/-]*(\.{ending})?$"))
    }))?);
    let refuse = middleware::from_fn(move |request: Request, next: middleware::Next| {
        let blocked = Arc::clone(&blocked);
        async move {
            if blocked.is_match(request.uri().path()) {
                return Err::<Response, _>(StatusCode::NOT_FOUND);
            }
            Ok(next.run(request).await)
        }
    });
    run(Router::new().route("/health", get(health)).layer(refuse)).await
}

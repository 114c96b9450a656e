//! What a grown service brings: GraphQL and REST on one router, six AWS clients, a database, another service by HTTP, tokens and traces.
use std::sync::Arc;

use async_graphql::{Context, EmptyMutation, EmptySubscription, Object, Schema};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use clap::Parser;
use jsonwebtoken::{decode, DecodingKey, Validation};
use lambda_http::{run, Error};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde_json::{json, Value};
use sqlx::postgres::PgPoolOptions;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use uuid::Uuid;
use validator::Validate;

#[derive(Parser)]
struct Settings {
    #[arg(long, env = "DATABASE_URL", default_value = "postgres://localhost/orders?sslmode=require")]
    database: String,
    #[arg(long, env = "PRICES_URL", default_value = "https://localhost/prices")]
    prices: String,
}

struct Clients {
    dynamodb: aws_sdk_dynamodb::Client,
    s3: aws_sdk_s3::Client,
    secrets: aws_sdk_secretsmanager::Client,
    sns: aws_sdk_sns::Client,
    sqs: aws_sdk_sqs::Client,
    ssm: aws_sdk_ssm::Client,
    http: reqwest::Client,
    pool: sqlx::PgPool,
    prices: String,
}

#[derive(Validate)]
struct Wanted {
    #[validate(length(min = 1, max = 64))]
    queue: String,
}

struct Query;

#[Object]
impl Query {
    async fn placed(&self, context: &Context<'_>, id: Uuid) -> async_graphql::Result<Option<DateTime<Utc>>> {
        let clients = context.data::<Arc<Clients>>()?;
        let row: Option<(i64,)> =
            sqlx::query_as("select extract(epoch from placed)::bigint from orders where id = $1::uuid").bind(id.to_string()).fetch_optional(&clients.pool).await?;
        Ok(row.and_then(|(seconds,)| DateTime::from_timestamp(seconds, 0)))
    }

    async fn prices(&self, context: &Context<'_>) -> async_graphql::Result<String> {
        let clients = context.data::<Arc<Clients>>()?;
        Ok(clients.http.get(&clients.prices).send().await?.json::<Value>().await?.to_string())
    }
}

type Graph = Schema<Query, EmptyMutation, EmptySubscription>;

async fn graph(State((schema, _)): State<(Graph, Arc<Clients>)>, body: String) -> Json<Value> {
    Json(json!(schema.execute(body).await))
}

async fn send(State((_, clients)): State<(Graph, Arc<Clients>)>, headers: HeaderMap, Json(body): Json<Value>) -> Result<Json<Value>, StatusCode> {
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    decode::<Value>(token, &DecodingKey::from_secret(b"a key for tests alone"), &Validation::default()).map_err(|_| StatusCode::UNAUTHORIZED)?;
    let wanted = Wanted { queue: body["queue"].as_str().unwrap_or_default().to_owned() };
    wanted.validate().map_err(|_| StatusCode::BAD_REQUEST)?;
    deliver(&clients, &wanted.queue, &body.to_string()).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(Json(json!({ "id": Uuid::new_v4() })))
}

/// The orders of a day, as they are archived.
fn archive(orders: &[(Uuid, DateTime<Utc>)]) -> anyhow::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for (id, placed) in orders {
        table.write_record([id.to_string(), placed.to_rfc3339()])?;
    }
    Ok(zstd::encode_all(table.into_inner()?.as_slice(), 3)?)
}

async fn deliver(clients: &Clients, queue: &str, text: &str) -> anyhow::Result<()> {
    let secret = clients.secrets.get_secret_value().secret_id(queue).send().await?;
    let topic = clients.ssm.get_parameter().name(secret.name().unwrap_or_default()).send().await?;
    clients.dynamodb.list_tables().send().await?;
    let day = archive(&[(Uuid::new_v4(), Utc::now())])?;
    clients.s3.put_object().bucket(queue).key("day").body(day.into()).send().await?;
    clients.sqs.send_message().queue_url(queue).message_body(text).send().await?;
    let arn = topic.parameter().and_then(|found| found.value()).unwrap_or_default();
    clients.sns.publish().topic_arn(arn).message(text).send().await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let settings = Settings::parse();
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_tonic().build()?;
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    tracing_subscriber::registry()
        .with(tracing_subscriber::EnvFilter::from_default_env())
        .with(tracing_subscriber::fmt::layer().json())
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("orders")))
        .init();
    let config = aws_config::load_from_env().await;
    let clients = Arc::new(Clients {
        dynamodb: aws_sdk_dynamodb::Client::new(&config),
        s3: aws_sdk_s3::Client::new(&config),
        secrets: aws_sdk_secretsmanager::Client::new(&config),
        sns: aws_sdk_sns::Client::new(&config),
        sqs: aws_sdk_sqs::Client::new(&config),
        ssm: aws_sdk_ssm::Client::new(&config),
        http: reqwest::Client::new(),
        pool: PgPoolOptions::new().max_connections(1).connect_lazy(&settings.database)?,
        prices: settings.prices,
    });
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription).data(clients.clone()).finish();
    let router = Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/graph", post(graph))
        .route("/send", post(send))
        .with_state((schema, clients));
    run(router).await
}

use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};
use sqlx::postgres::PgPoolOptions;
use sqlx::PgPool;

#[derive(sqlx::FromRow)]
struct Order {
    id: i64,
    state: String,
}

async fn handle(pool: &PgPool, event: LambdaEvent<Value>) -> Result<Value, Error> {
    let id = event.payload["id"].as_i64().unwrap_or_default();
    let order: Option<Order> = sqlx::query_as("select id, state from orders where id = $1").bind(id).fetch_optional(pool).await?;
    Ok(json!(order.map(|found| json!({ "id": found.id, "state": found.state }))))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let address = std::env::var("DATABASE_URL").unwrap_or_else(|_| "postgres://localhost/orders?sslmode=require".into());
    let pool = PgPoolOptions::new().max_connections(1).connect_lazy(&address)?;
    run(service_fn(|event| handle(&pool, event))).await
}

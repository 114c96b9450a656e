fn main() {
    lambda_runtime::run(|event| match model::Order::parse(event) {
        Some(order) => format!("charge {} {:?}", order.id, order.state),
        None => "charge: no order".to_owned(),
    });
}

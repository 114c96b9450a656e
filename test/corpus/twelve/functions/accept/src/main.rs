fn main() {
    lambda_runtime::run(|event| match model::Order::parse(event) {
        Some(order) => format!("accept {} {:?}", order.id, order.state),
        None => "accept: no order".to_owned(),
    });
}

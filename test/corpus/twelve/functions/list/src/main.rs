fn main() {
    lambda_runtime::run(|event| match model::Order::parse(event) {
        Some(order) => format!("list {} {:?}", order.id, order.state),
        None => "list: no order".to_owned(),
    });
}

fn main() {
    lambda_runtime::run(|event| match model::Order::parse(event) {
        Some(order) => format!("return {} {:?}", order.id, order.state),
        None => "return: no order".to_owned(),
    });
}

fn main() {
    lambda_runtime::run(|event| match model::Order::parse(event) {
        Some(order) => format!("export {} {:?}", order.id, order.state),
        None => "export: no order".to_owned(),
    });
}

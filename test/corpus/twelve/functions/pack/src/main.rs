fn main() {
    lambda_runtime::run(|event| match model::Order::parse(event) {
        Some(order) => format!("pack {} {:?}", order.id, order.state),
        None => "pack: no order".to_owned(),
    });
}

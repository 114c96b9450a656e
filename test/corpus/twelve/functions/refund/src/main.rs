fn main() {
    lambda_runtime::run(|event| {
        let mut orders = storage::Orders::default();
        for order in event.lines().filter_map(model::Order::parse) {
            orders.put(order);
        }
        format!("refund\n{}", orders.describe())
    });
}

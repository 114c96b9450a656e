//! Used by six of the twelve.
use model::Order;
use std::collections::BTreeMap;

#[derive(Default)]
pub struct Orders {
    known: BTreeMap<u64, Order>,
}

impl Orders {
    pub fn put(&mut self, order: Order) -> Option<Order> {
        self.known.insert(order.id, order)
    }

    pub fn describe(&self) -> String {
        self.known.values().map(|order| format!("{} {:?}\n", order.id, order.state)).collect()
    }
}

//! What every function talks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: u64,
    pub state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Paid,
    Sent,
}

impl Order {
    pub fn parse(text: &str) -> Option<Order> {
        let (id, state) = text.trim().split_once(' ')?;
        let state = match state {
            "open" => State::Open,
            "paid" => State::Paid,
            "sent" => State::Sent,
            _ => return None,
        };
        Some(Order { id: id.parse().ok()?, state })
    }
}

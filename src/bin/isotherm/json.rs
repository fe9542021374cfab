//! Results as JSON values. JSON has no NaN and no infinities: they are `null`.

use serde_json::{Map, Value};

/// A float, or `null` where JSON has none.
pub(crate) fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// A row-major matrix as a list of rows.
pub(crate) fn matrix(values: &[f64], columns: usize) -> Value {
    if columns == 0 {
        return Value::Array(Vec::new());
    }
    values.chunks(columns).map(|row| row.iter().copied().map(number).collect::<Value>()).collect()
}

/// An object of these entries. Every command prints exactly one.
pub(crate) fn object<const N: usize>(entries: [(&str, Value); N]) -> Map<String, Value> {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

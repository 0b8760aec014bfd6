//! stub until merged
#[derive(Debug, Default)]
pub struct Draft {
    t: String,
}
impl Draft {
    pub fn push(&mut self, p: &str) {
        self.t.push_str(p)
    }
    pub fn content(&self) -> &str {
        &self.t
    }
    pub fn moves(&self) -> &[String] {
        &[]
    }
}

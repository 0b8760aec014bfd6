//! stub until merged
use super::theme::Theme;
use ratatui::text::Line;
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    pub line: Line<'static>,
    pub unbroken: bool,
    pub fixed: u16,
}
impl Row {
    pub fn cut(&self, _f: u16, _w: u16, _t: &Theme) -> Line<'static> {
        self.line.clone()
    }
}
pub fn render(text: &str, width: u16, _t: &Theme) -> Vec<Row> {
    let mut out = Vec::new();
    for l in text.lines() {
        let c: Vec<char> = l.chars().collect();
        if c.is_empty() {
            out.push(Row::default());
        }
        for ch in c.chunks(width.max(1) as usize) {
            out.push(Row { line: Line::raw(ch.iter().collect::<String>()), unbroken: false, fixed: 0 });
        }
    }
    out
}
pub fn visible(text: &str) -> String {
    text.replace(char::is_control, " ")
}
#[derive(Debug)]
pub struct Growing {
    text: String,
    theme: Theme,
}
impl Growing {
    pub fn new(theme: Theme) -> Self {
        Self { text: String::new(), theme }
    }
    pub fn push(&mut self, more: &str) {
        self.text.push_str(more)
    }
    pub fn rows(&mut self, width: u16) -> Vec<Row> {
        render(&self.text, width, &self.theme)
    }
}

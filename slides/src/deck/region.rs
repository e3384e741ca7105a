//! The regions of a drawing, which its `<view>` elements name.

/// The `x y width height` of a region. `None` if the drawing has no region of this name.
pub(crate) fn region<'a>(svg: &'a str, name: &str) -> Option<&'a str> {
    let start = format!("<view data-region=\"{name}\" viewBox=\"");
    let (_, after) = svg.split_once(start.as_str())?;
    let (view, _) = after.split_once('"')?;
    let numbers = view.split(' ').map(str::parse::<u16>);
    let numbers: Vec<u16> = numbers.collect::<Result<_, _>>().ok()?;
    (numbers.len() == 4).then_some(view)
}

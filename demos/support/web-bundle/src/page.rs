//! A page: which files it loads.

use crate::error::{Error, Fault};

/// An HTML page that loads stylesheets, one module, and an icon, each in a line of its own.
#[derive(Debug)]
pub(crate) struct Page {
    /// The name of its bundled files: that of its script.
    pub(crate) stem: String,
    pub(crate) styles: Vec<String>,
    pub(crate) script: Option<String>,
    pub(crate) icon: Option<String>,
    lines: Vec<Line>,
}

#[derive(Debug)]
enum Line {
    Text(String),
    Styles,
    Script,
    Icon,
}

/// What stands in the page in place of its files.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) style: Option<String>,
    pub(crate) script: Option<String>,
    /// The content of the icon: a page with it saves a request.
    pub(crate) icon: Option<String>,
}

impl Page {
    pub(crate) fn read(name: &str, text: &str) -> Result<Self, Error> {
        let mut page = Self {
            stem: name.trim_end_matches(".html").to_owned(),
            styles: Vec::new(),
            script: None,
            icon: None,
            lines: Vec::new(),
        };
        for (number, line) in (1..).zip(text.lines()) {
            let between = |before, after| {
                let file = line.trim().strip_prefix(before)?.strip_suffix(after)?;
                Some(file.to_owned())
            };
            if let Some(file) = between("<link rel=\"stylesheet\" href=\"web/", "\">") {
                if page.styles.is_empty() {
                    page.lines.push(Line::Styles);
                }
                page.styles.push(file);
            } else if let Some(file) = between("<link rel=\"icon\" href=\"web/", "\">") {
                page.lines.push(Line::Icon);
                page.icon = Some(file);
            } else if let Some(file) = between("<script type=\"module\" src=\"web/", "\"></script>")
            {
                let stem = file.trim_start_matches("js/").trim_end_matches(".js");
                stem.clone_into(&mut page.stem);
                page.lines.push(Line::Script);
                page.script = Some(file);
            } else if line.contains("\"web/") || line.contains("\"/web/") {
                return Err(Error::at(name, number, Fault::Reference));
            } else {
                page.lines.push(Line::Text(line.to_owned()));
            }
        }
        Ok(page)
    }

    /// The page with these files instead of its own.
    pub(crate) fn with(&self, names: &Names) -> String {
        let mut text = String::new();
        let name = |name: &Option<String>| name.clone().unwrap_or_default();
        for line in &self.lines {
            text += &match line {
                Line::Text(line) => line.clone(),
                Line::Styles => format!(
                    "  <link rel=\"stylesheet\" href=\"web/{}\">",
                    name(&names.style)
                ),
                Line::Script => format!(
                    "  <script type=\"module\" src=\"web/{}\"></script>",
                    name(&names.script)
                ),
                Line::Icon => {
                    let icon = data_url(&name(&names.icon));
                    format!("  <link rel=\"icon\" href=\"{icon}\">")
                }
            };
            text.push('\n');
        }
        text
    }
}

/// A picture as a URL that an attribute may hold.
fn data_url(svg: &str) -> String {
    let mut url = "data:image/svg+xml,".to_owned();
    for c in svg.trim().chars() {
        match c {
            '"' => url += "'", // Both are quotes in XML.
            '#' | '%' | '<' | '>' | '&' | '\n' => url += &format!("%{:02X}", u32::from(c)),
            c => url.push(c),
        }
    }
    url
}

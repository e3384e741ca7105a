//! Folders of a few lines.

use super::*;

const PAGE: &str = "<head>
  <link rel=\"icon\" href=\"web/icon.svg\">
  <link rel=\"stylesheet\" href=\"web/css/base.css\">
  <link rel=\"stylesheet\" href=\"web/css/phone.css\">
  <script type=\"module\" src=\"web/js/phone.js\"></script>
</head>
";

fn folder(files: &[(&str, &str)]) -> Sources {
    let all = [
        ("index.html", PAGE),
        ("icon.svg", "<svg a=\"#b\"/>\n"),
        ("css/base.css", "a {}\n"),
        ("css/phone.css", "@import \"door.css\";\nc {}\n"),
        ("css/door.css", "b {}\n"),
        (
            "js/phone.js",
            "import { two as zwei } from \"./two.js\";\nexport const four = zwei + zwei;\n",
        ),
        (
            "js/two.js",
            "/** Says\n * two. */\n\n// Why not.\nexport const two = 2;\nexport function never() {}\n",
        ),
    ];
    let mut sources = Sources::new();
    for (name, text) in all.iter().chain(files) {
        sources.insert((*name).to_owned(), (*text).to_owned());
    }
    sources
}

fn asset<'a>(assets: &'a [Asset], begin: &str, end: &str) -> &'a Asset {
    let fits = |it: &&Asset| it.name.starts_with(begin) && it.name.ends_with(end);
    assets.iter().find(fits).expect("there is one")
}

#[test]
fn a_page_loads_one_script_and_one_stylesheet_with_their_hashes() {
    let bundle = Bundle::of(&folder(&[])).expect("a folder as any other");
    let script = asset(&bundle.hashed, "phone-", ".js");
    let style = asset(&bundle.hashed, "phone-", ".css");
    assert_eq!(bundle.hashed.len(), 2);
    assert_eq!(style.text, "a {}\nb {}\nc {}\n");
    let (style, name) = (&style.name, &script.name);
    let page = format!(
        "<head>\n  <link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg a='%23b'/%3E\">\n  <link rel=\"stylesheet\" href=\"web/{style}\">\n  \
         <script type=\"module\" src=\"web/{name}\"></script>\n</head>\n"
    );
    assert_eq!(bundle.pages[0].text, page);
    let code = "const $two = (() => {
const two = 2;
function never() {}
return { two, never };
})();
const $phone = (() => {
const { two: zwei } = $two;
const four = zwei + zwei;
return { four };
})();
export { $two, $phone };
";
    assert_eq!(
        script.text,
        format!("{code}//# sourceMappingURL={name}.map\n")
    );
    // Lines 1 and 2 of the script are lines 4 and 5 of two.js, from 0; then come those of phone.js.
    let map = asset(&bundle.sources, "phone-", ".map");
    assert!(map.text.contains("[\"js/two.js\",\"js/phone.js\"]"));
    assert!(
        map.text.contains("\";AAIA;AACA;;;;ACLA;AACA;;;\""),
        "{}",
        map.text
    );
    let two = asset(&bundle.sources, "js/two", ".js");
    assert!(two.text.starts_with("/** Says"), "as it is in the folder");
}

#[test]
fn a_name_changes_with_the_content_of_its_own_file() {
    let names = |files: &[(&str, &str)]| {
        let bundle = Bundle::of(&folder(files)).expect("a folder as any other");
        let names = [("phone-", ".js"), ("phone-", ".css")];
        names.map(|(begin, end)| asset(&bundle.hashed, begin, end).name.clone())
    };
    let before = names(&[]);
    let after = names(&[("js/two.js", "export const two = 3;\n")]);
    assert_ne!(before[0], after[0]);
    assert_eq!(before[1..], after[1..]);
    assert_ne!(before[1], names(&[("css/door.css", "d {}\n")])[1]);
}

#[test]
fn what_the_bundler_does_not_know_is_an_error_with_its_place() {
    let cases = [
        (
            "js/two.js",
            "import two from \"./three.js\";\n",
            "js/two.js:1: write an import",
        ),
        ("js/two.js", "import {\n", "js/two.js:1: write an import"),
        (
            "js/two.js",
            "\nexport let two = 2;\n",
            "js/two.js:2: an importer would not see",
        ),
        (
            "js/two.js",
            "export default 2;\n",
            "js/two.js:1: export a function",
        ),
        (
            "js/two.js",
            "const a = `\n`;\n",
            "js/two.js:1: a template literal",
        ),
        (
            "js/two.js",
            "import { four } from \"./phone.js\";\n",
            "js/phone.js:0: imports itself",
        ),
        (
            "js/two.js",
            "import { b } from \"./b.js\";\n",
            "js/two.js:0: there is no js/b.js",
        ),
        (
            "js/two.js",
            "import { b } from \"./b-c.js\";\n",
            "js/two.js:0: there is no js/b-c.js",
        ),
        (
            "css/door.css",
            "@import url(a.css);\n",
            "css/door.css:1: write an import",
        ),
        (
            "css/door.css",
            "a { b: url(c.png) }\n",
            "css/door.css:1: a url()",
        ),
        (
            "css/door.css",
            "@import \"phone.css\";\n",
            "css/phone.css:0: imports itself",
        ),
        (
            "index.html",
            "<img src=\"web/a.png\">\n",
            "index.html:1: a page refers to web/",
        ),
    ];
    for (file, text, begin) in cases {
        let error = Bundle::of(&folder(&[(file, text)])).expect_err(text);
        assert!(error.to_string().starts_with(begin), "{error}");
    }
}

#[test]
fn comments_in_lines_of_their_own_go_and_code_behind_one_stays() {
    let text = "export const two = 2;\n/** @type {x} */ const a = 1;\n  /* b */\n  // c\nconst d = \"// e\"; // f\n/*\n g */\nconst h = `/*${a}`;\n";
    let bundle = Bundle::of(&folder(&[("js/two.js", text)])).expect("modules");
    let script = &asset(&bundle.hashed, "phone-", ".js").text;
    let body = "const two = 2;\n/** @type {x} */ const a = 1;\nconst d = \"// e\"; // f\nconst h = `/*${a}`;\nreturn";
    assert!(script.contains(body), "{script}");
}

#[test]
fn the_compressed_form_is_smaller_and_has_the_same_content() {
    use std::io::Read;
    let asset = Asset::named("js/a.js", "const a = 1;\n".repeat(99));
    let gzip = asset.gzip().expect("memory takes every byte");
    assert!(gzip.len() < asset.text.len() / 5);
    let mut text = String::new();
    let mut decoder = flate2::read::GzDecoder::new(gzip.as_slice());
    decoder.read_to_string(&mut text).expect("gzip");
    assert_eq!(text, asset.text);
}

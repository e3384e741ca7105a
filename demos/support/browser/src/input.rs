//! Touch, mouse and keyboard through the browser's own input, so that they hit what a person would
//! hit.

use serde_json::{Value, json};

use crate::Page;

/// The number of steps of a swipe.
const STEPS: u32 = 5;

impl Page {
    /// Taps the middle of the element for this selector: with a finger on a phone, otherwise with
    /// the mouse.
    ///
    /// # Panics
    /// If there is no such element, or another one covers it.
    #[track_caller]
    pub fn tap(&self, css: &str) {
        let (x, y) = self.middle_of(css);
        if self.eval("navigator.maxTouchPoints > 0") == Value::Bool(true) {
            self.touch("touchStart", &[(x, y)]);
            self.touch("touchEnd", &[]);
        } else {
            for kind in ["mousePressed", "mouseReleased"] {
                let click =
                    json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
                self.must("Input.dispatchMouseEvent", click);
            }
        }
    }

    /// Moves the mouse to this point.
    #[track_caller]
    pub fn mouse_to(&self, (x, y): (f64, f64)) {
        let motion = json!({ "type": "mouseMoved", "x": x, "y": y });
        self.must("Input.dispatchMouseEvent", motion);
    }

    /// Drags with the left button of the mouse from one point to another.
    #[track_caller]
    pub fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        let mouse = |kind: &str, (x, y): (f64, f64)| {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
            self.must("Input.dispatchMouseEvent", event);
        };
        self.mouse_to(from);
        mouse("mousePressed", from);
        for step in 1..=STEPS {
            let part = f64::from(step) / f64::from(STEPS);
            let at = |from: f64, to: f64| from + (to - from) * part;
            mouse("mouseMoved", (at(from.0, to.0), at(from.1, to.1)));
        }
        mouse("mouseReleased", to);
    }

    /// Swipes with a finger from one point to another.
    #[track_caller]
    pub fn swipe(&self, from: (f64, f64), to: (f64, f64)) {
        self.touch("touchStart", &[from]);
        for step in 1..=STEPS {
            let part = f64::from(step) / f64::from(STEPS);
            let at = |from: f64, to: f64| from + (to - from) * part;
            self.touch("touchMove", &[(at(from.0, to.0), at(from.1, to.1))]);
        }
        self.touch("touchEnd", &[]);
    }

    /// Presses and releases a key: `a`, `ArrowUp`, `Enter`, `Escape`, `Tab`, `Space`.
    #[track_caller]
    pub fn key(&self, key: &str) {
        let (name, code, number, text) = named(key);
        let mut down = json!({ "type": "keyDown", "key": name, "code": code, "windowsVirtualKeyCode": number });
        if let Some(text) = text {
            down["text"] = text.into();
        }
        self.must("Input.dispatchKeyEvent", down);
        let up =
            json!({ "type": "keyUp", "key": name, "code": code, "windowsVirtualKeyCode": number });
        self.must("Input.dispatchKeyEvent", up);
    }

    /// Types into the focused element as an input method does, in any language.
    #[track_caller]
    pub fn type_text(&self, t: &str) {
        self.must("Input.insertText", json!({ "text": t }));
    }

    #[track_caller]
    fn touch(&self, kind: &str, fingers: &[(f64, f64)]) {
        let point = |&(x, y): &(f64, f64)| json!({ "x": x, "y": y });
        let points: Vec<Value> = fingers.iter().map(point).collect();
        let touch = json!({ "type": kind, "touchPoints": points });
        self.must("Input.dispatchTouchEvent", touch);
    }

    #[track_caller]
    fn middle_of(&self, css: &str) -> (f64, f64) {
        let css_text = json!(css);
        let found = self.eval(&format!(
            "(() => {{
                const it = document.querySelector({css_text});
                if (!it) return 'there is no such thing';
                it.scrollIntoView({{ block: 'center', inline: 'center', behavior: 'instant' }});
                const box = it.getBoundingClientRect();
                const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                const over = document.elementFromPoint(x, y);
                if (over && (it.contains(over) || over.closest('label')?.control === it)) return [x, y];
                return over ? 'it lies under ' + over.outerHTML.slice(0, 120) : 'it cannot be seen';
            }})()"
        ));
        match (found[0].as_f64(), found[1].as_f64()) {
            (Some(x), Some(y)) => (x, y),
            _ => self.fail(&format!(
                "cannot tap {css}: {}",
                found.as_str().unwrap_or_default()
            )),
        }
    }
}

/// A key's name, its code, its number, and the text that it types.
fn named(key: &str) -> (String, String, u32, Option<String>) {
    let special = |number, text: Option<&str>| {
        (
            key.to_owned(),
            key.to_owned(),
            number,
            text.map(str::to_owned),
        )
    };
    match key {
        "Enter" => special(13, Some("\r")),
        "Tab" => special(9, None),
        "Escape" => special(27, None),
        "Backspace" => special(8, None),
        "Delete" => special(46, None),
        "PageUp" => special(33, None),
        "PageDown" => special(34, None),
        "End" => special(35, None),
        "Home" => special(36, None),
        "ArrowLeft" => special(37, None),
        "ArrowUp" => special(38, None),
        "ArrowRight" => special(39, None),
        "ArrowDown" => special(40, None),
        "Space" | " " => (" ".to_owned(), "Space".to_owned(), 32, Some(" ".to_owned())),
        _ => {
            let letter = key.chars().next().unwrap_or_default().to_ascii_uppercase();
            let (code, number) = match letter {
                'A'..='Z' => (format!("Key{letter}"), u32::from(letter)),
                '0'..='9' => (format!("Digit{letter}"), u32::from(letter)),
                _ => (String::new(), 0), // Its number would be another key's.
            };
            (key.to_owned(), code, number, Some(key.to_owned()))
        }
    }
}

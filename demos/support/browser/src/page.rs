//! One page: a person's actions on it, and questions about it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{fs, thread};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::Error;
use crate::devtools::{DevTools, PATIENCE};
use crate::events::{Events, thrown};
use crate::requests::Request;

/// The interval between two checks of a condition.
const LOOK: Duration = Duration::from_millis(25);

/// Makes a page that draws all the time draw about six times a second, as on a very slow phone.
/// Without a graphics card sixty times a second cost a core for each page.
const FEWER_FRAMES: &str = "{
    const soon = requestAnimationFrame.bind(window);
    const never = cancelAnimationFrame.bind(window);
    const waiting = new Map();
    let asked = 0;
    window.requestAnimationFrame = (draw) => {
        const id = ++asked;
        const cancel = setTimeout(() => {
            const frame = soon((now) => waiting.delete(id) && draw(now));
            waiting.set(id, () => never(frame));
        }, 165);
        waiting.set(id, () => clearTimeout(cancel));
        return id;
    };
    window.cancelAnimationFrame = (id) => {
        waiting.get(id)?.();
        waiting.delete(id);
    };
}";

/// A page in a browser context of its own. Closed when dropped.
///
/// Every method panics if the page or its browser has ended, or does not answer within a minute.
pub struct Page {
    devtools: Arc<DevTools>,
    context: String,
    target: String,
    session: String,
    events: Arc<Events>,
}

impl Page {
    pub(crate) fn new(devtools: &Arc<DevTools>) -> Result<Self, Error> {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let context = devtools.call(None, "Target.createBrowserContext", json!({}))?;
        let context = text(&context, "browserContextId");
        let blank = json!({ "url": "about:blank", "browserContextId": context });
        let target = text(
            &devtools.call(None, "Target.createTarget", blank)?,
            "targetId",
        );
        let attach = json!({ "targetId": target, "flatten": true });
        let session = devtools.call(None, "Target.attachToTarget", attach)?;
        let session = text(&session, "sessionId");
        let events = Arc::new(Events::default());
        devtools.subscribe(&session, Arc::clone(&events));
        let page = Self {
            devtools: Arc::clone(devtools),
            context,
            target,
            session,
            events,
        };
        for domain in ["Page", "Runtime", "Log", "Inspector"] {
            page.call(&format!("{domain}.enable"), json!({}))?;
        }
        let yes = json!({ "enabled": true });
        page.call("Page.setLifecycleEventsEnabled", yes.clone())?;
        page.call(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": FEWER_FRAMES }),
        )?;
        // With several pages at once, each behaves as if it had the focus.
        page.call("Emulation.setFocusEmulationEnabled", yes)?;
        Ok(page)
    }

    /// Runs this script in every document that is loaded from now on, before the document's own.
    #[track_caller]
    pub fn on_new_document(&self, js: &str) {
        let script = json!({ "source": js });
        self.must("Page.addScriptToEvaluateOnNewDocument", script);
    }

    /// Goes to the address, and waits until the page is loaded.
    #[track_caller]
    pub fn go(&self, url: &str) {
        let went = self.must("Page.navigate", json!({ "url": url }));
        if let Some(why) = went["errorText"].as_str() {
            self.fail(&format!("cannot go to {url}: {why}"));
        }
        // Without a new document nothing is loaded: only the part behind `#` differs.
        if let Some(document) = went["loaderId"].as_str() {
            self.loads(url, |now| now.loaded.contains(document));
        }
    }

    /// Reloads the page, and waits until it is loaded.
    #[track_caller]
    pub fn reload(&self) {
        let before = self.events.look(|now| now.loaded.len());
        self.must("Page.reload", json!({}));
        self.loads("this page again", |now| now.loaded.len() > before);
    }

    #[track_caller]
    fn loads(&self, what: &str, loaded: impl Fn(&crate::events::Now) -> bool) {
        if !self.events.wait(PATIENCE, loaded) {
            self.fail(&format!("{what} is not loaded after {PATIENCE:?}"));
        }
    }

    /// The result of this script; a promise is awaited.
    ///
    /// # Panics
    /// If the script throws.
    #[track_caller]
    pub fn eval(&self, js: &str) -> Value {
        match self.try_eval(js) {
            Ok(value) => value,
            Err(error) => self.fail(&format!("{error}\nin: {js}")),
        }
    }

    fn try_eval(&self, js: &str) -> Result<Value, Error> {
        let script = json!({
            "expression": js, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        let answer = self.call("Runtime.evaluate", script)?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(Error::Threw(thrown(details))),
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    /// Waits until this condition holds in the page. A condition that throws does not hold yet.
    ///
    /// # Panics
    /// If it does not hold in time, with the page's text and its console output.
    #[track_caller]
    pub fn wait_for(&self, js_condition: &str, within: Duration) {
        let until = Instant::now() + within;
        let condition = format!("Boolean({})", js_condition.trim().trim_end_matches(';'));
        loop {
            let last = match self.try_eval(&condition) {
                Ok(Value::Bool(true)) => return,
                Err(error @ (Error::Gone | Error::NoAnswer { .. })) => {
                    self.fail(&format!("{error}, while waiting for: {js_condition}"))
                }
                other => other,
            };
            if Instant::now() > until {
                let threw = last
                    .err()
                    .map_or(String::new(), |error| format!("\n{error}"));
                self.fail(&format!("not after {within:?}: {js_condition}{threw}"));
            }
            thread::sleep(LOOK);
        }
    }

    /// Emulates a phone of this size, with touch.
    #[track_caller]
    pub fn phone(&self, width: u32, height: u32) {
        self.size(width, height, 2, true);
    }

    /// Emulates a screen of this size, with a mouse.
    #[track_caller]
    pub fn screen(&self, width: u32, height: u32) {
        self.size(width, height, 1, false);
    }

    #[track_caller]
    fn size(&self, width: u32, height: u32, dots: u32, touch: bool) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": dots, "mobile": touch });
        self.must("Emulation.setDeviceMetricsOverride", size);
        let touch = json!({ "enabled": touch, "maxTouchPoints": 5 });
        self.must("Emulation.setTouchEmulationEnabled", touch);
    }

    /// Sets the size of text that the user has chosen, in percent of the usual one.
    #[track_caller]
    pub fn text_size(&self, percent: u32) {
        let sizes = json!({ "standard": 16 * percent / 100, "fixed": 13 * percent / 100 });
        self.must("Page.setFontSizes", json!({ "fontSizes": sizes }));
    }

    /// Writes a screenshot of the visible part into this file, as PNG.
    #[track_caller]
    pub fn screenshot(&self, path: &Path) {
        let picture = self.must("Page.captureScreenshot", json!({ "format": "png" }));
        self.write(path, &picture["data"]);
    }

    /// Prints the whole page into this file, as PDF.
    #[track_caller]
    pub fn pdf(&self, path: &Path) {
        let paper = json!({ "printBackground": true, "preferCSSPageSize": true });
        let paper = self.must("Page.printToPDF", paper);
        self.write(path, &paper["data"]);
    }

    #[track_caller]
    fn write(&self, path: &Path, data: &Value) {
        let bytes = BASE64_STANDARD
            .decode(data.as_str().unwrap_or_default())
            .unwrap_or_default();
        if bytes.is_empty() {
            self.fail("the browser made an empty picture");
        }
        if let Err(error) = fs::write(path, bytes) {
            self.fail(&format!("cannot write {}: {error}", path.display()));
        }
    }

    /// Turns the page's network off or on. While it is off, new requests fail.
    #[track_caller]
    pub fn offline(&self, yes: bool) {
        self.must("Network.enable", json!({}));
        let line = json!({
            "offline": yes, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.must("Network.emulateNetworkConditions", line);
    }

    /// Records the page's requests from now on.
    #[track_caller]
    pub fn record_requests(&self) {
        self.must("Network.enable", json!({}));
    }

    /// Takes the requests that were answered since they are recorded, or since they were taken. The
    /// last one may be answered, and not be here yet.
    pub fn take_requests(&self) -> Vec<Request> {
        self.events.change(|now| now.requests.take())
    }

    /// Sets whether the page sees that its user prefers reduced motion.
    #[track_caller]
    pub fn reduced_motion(&self, yes: bool) {
        let value = if yes { "reduce" } else { "no-preference" };
        let feature = json!({ "name": "prefers-reduced-motion", "value": value });
        self.must(
            "Emulation.setEmulatedMedia",
            json!({ "features": [feature] }),
        );
    }

    /// Sets whether the page sees that its user prefers dark colours.
    #[track_caller]
    pub fn dark(&self, yes: bool) {
        let value = if yes { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": value });
        self.must(
            "Emulation.setEmulatedMedia",
            json!({ "features": [feature] }),
        );
    }

    /// What a screen reader sees: the role and the name of each node that it does not ignore.
    #[track_caller]
    pub fn accessibility(&self) -> Vec<(String, String)> {
        self.must("Accessibility.enable", json!({}));
        let tree = self.must("Accessibility.getFullAXTree", json!({}));
        let text = |node: &Value, key: &str| node[key]["value"].as_str().map(str::to_owned);
        let nodes = tree["nodes"].as_array().into_iter().flatten();
        let seen = nodes.filter(|node| node["ignored"] != true);
        let seen = seen.map(|node| {
            let name = text(node, "name").unwrap_or_default();
            (text(node, "role").unwrap_or_default(), name)
        });
        seen.collect()
    }

    /// The console's errors, uncaught exceptions, failed requests, and refusals by the content
    /// security policy, so far.
    pub fn errors(&self) -> Vec<String> {
        self.events.look(|now| now.errors.clone())
    }

    /// The text of the page.
    #[track_caller]
    pub fn text(&self) -> String {
        let text = self.eval("document.body ? document.body.innerText : ''");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Closes the page, as its user would.
    pub fn close(self) {
        drop(self);
    }

    /// Kills the page's renderer; the browser lives.
    #[track_caller]
    pub fn crash(&self) {
        let sent = self
            .devtools
            .send(Some(&self.session), "Page.crash", json!({}));
        if sent.is_err() || !self.events.wait(PATIENCE, |now| now.crashed) {
            self.fail("it does not crash");
        }
    }

    /// Sends a command of the protocol for this page.
    pub(crate) fn call(&self, method: &str, parameters: Value) -> Result<Value, Error> {
        self.devtools.call(Some(&self.session), method, parameters)
    }

    /// Sends a command that has to work.
    #[track_caller]
    pub(crate) fn must(&self, method: &str, parameters: Value) -> Value {
        match self.call(method, parameters) {
            Ok(answer) => answer,
            Err(error) => self.fail(&error.to_string()),
        }
    }

    /// Fails the test, with the page's text and its console output.
    #[track_caller]
    pub(crate) fn fail(&self, why: &str) -> ! {
        let crashed = self.events.look(|now| now.crashed || now.ended);
        let shown = if crashed {
            None
        } else {
            self.try_eval("document.body.innerText").ok()
        };
        let shown = shown
            .as_ref()
            .and_then(Value::as_str)
            .unwrap_or("(nothing)");
        let console = self.events.look(|now| now.console.join("\n"));
        panic!("{why}\n--- the page shows\n{shown}\n--- its console said\n{console}");
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // A page that crashed or ended is closed already.
        let target = json!({ "targetId": self.target });
        let _ = self.devtools.call(None, "Target.closeTarget", target);
        let context = json!({ "browserContextId": self.context });
        let _ = self
            .devtools
            .call(None, "Target.disposeBrowserContext", context);
        self.devtools.unsubscribe(&self.session);
    }
}

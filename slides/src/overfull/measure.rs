//! Slides as Chromium draws them, on a wide and on a narrow projector.

use super::Size;
use crate::{
    deck::{Deck, Place},
    server,
};
use browser::{Browser, Page};
use serde_json::Value;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

/// The projectors: the width and the height, and their name in a complaint.
const SCREENS: [(u32, u32, &str); 2] = [
    (1920, 1080, "at 1920 by 1080"),
    (1024, 768, "at 1024 by 768"),
];

/// How long a page may take to show the deck.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The slides of one deck on one screen.
pub(super) struct Looked {
    /// Index of the deck.
    pub(super) deck: usize,
    pub(super) screen: &'static str,
    /// In the order of the slides.
    pub(super) sizes: Vec<Size>,
}

/// Measures every slide of every deck on every screen.
///
/// # Errors
/// There is no Chromium, or it fails; the text says why.
pub(super) fn all(place: &Place, decks: &[Deck]) -> Result<Vec<Looked>, String> {
    let browser = Browser::launch().map_err(|error| error.to_string())?;
    // A page panics when its browser fails.
    let looked = catch_unwind(AssertUnwindSafe(|| look(&browser, place, decks)));
    looked.unwrap_or_else(|_| Err("the browser failed; its reason is above".to_owned()))
}

/// Measures in a browser that runs already.
pub(super) fn look(
    browser: &Browser,
    place: &Place,
    decks: &[Deck],
) -> Result<Vec<Looked>, String> {
    let served = server::serve_deck(place, decks.to_vec())
        .map_err(|error| format!("the pages cannot be served: {error}"))?;
    let mut all = Vec::new();
    let with_slides = decks.iter().enumerate();
    for (at, deck) in with_slides.filter(|(_, deck)| !deck.slides.is_empty()) {
        let page = browser.open(&format!(
            "http://{}/?lang={}",
            served.address, deck.language
        ));
        for (width, height, screen) in SCREENS {
            page.screen(width, height);
            let sizes = sizes(&page, deck.slides.len())?;
            all.push(Looked {
                deck: at,
                screen,
                sizes,
            });
        }
    }
    Ok(all)
}

fn sizes(page: &Page, slides: usize) -> Result<Vec<Size>, String> {
    page.wait_for(
        &format!("document.querySelectorAll('#stage > .slide').length === {slides} && document.querySelector('.slide.current')"),
        TIMEOUT,
    );
    let measured = page.eval(MEASURE);
    let sizes: Option<Vec<Size>> = measured
        .as_array()
        .map(|all| all.iter().map(size).collect());
    let sizes = sizes.filter(|it| it.len() == slides);
    sizes.ok_or_else(|| "the page shows other slides".to_owned())
}

fn size(of: &Value) -> Size {
    let number = |key: &str| of[key].as_f64().unwrap_or(0.0);
    Size {
        needs: number("needs"),
        over: number("over"),
        wide: number("wide"),
        cut: number("cut") as u32,
        squeezed: number("squeezed"),
    }
}

/// Measures each slide with every step revealed. A body is centred, so what does not fit sticks out
/// above it, too; code and pictures shrink, so their lines may be cut off inside of their boxes.
const MEASURE: &str = r"(async () => {
  await document.fonts.ready;
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await Promise.all([...document.querySelectorAll('#stage img')].map((it) => it.decode().catch(() => {})));
  return [...document.querySelectorAll('#stage > .slide')].map((slide) => {
    const whole = slide.getBoundingClientRect();
    const scale = whole.width / 1920;
    const body = slide.querySelector('.body'), room = body.getBoundingClientRect();
    const top = room.top + parseFloat(getComputedStyle(body).paddingTop) * scale;
    let [first, last, wide, cut] = [Infinity, -Infinity, 0, 0];
    for (const it of body.querySelectorAll('*')) {
      if (!it.getClientRects().length || it.closest('.screen, .lanes')) continue;
      // What clips counts as its box, not as what it clips.
      if (it.parentElement.closest('pre')) continue;
      const box = it.getBoundingClientRect();
      first = Math.min(first, box.top);
      last = Math.max(last, box.bottom);
      wide = Math.max(wide, box.right - whole.right + 40 * scale);
    }
    for (const code of body.querySelectorAll('figure pre')) {
      wide = Math.max(wide, (code.scrollWidth - code.clientWidth) * scale);
      const line = code.querySelector('.line')?.getBoundingClientRect().height / scale;
      const lost = code.scrollHeight - code.clientHeight;
      if (line && lost > 4) cut += Math.ceil(lost / line);
    }
    let squeezed = 0;
    for (const it of body.querySelectorAll('.picture img')) {
      const high = it.getBoundingClientRect().height / scale;
      if (it.naturalHeight >= 200 && high < 120) squeezed = Math.max(1, high);
    }
    if (last < first) [first, last] = [top, top];
    const over = Math.max(0, top - first) + Math.max(0, last - room.bottom);
    const head = slide.querySelector('.head').getBoundingClientRect();
    const above = Math.max(0, whole.top - head.top);
    return { needs: (last - first) / scale, over: (over + above) / scale, wide: wide / scale, cut, squeezed };
  });
})()";

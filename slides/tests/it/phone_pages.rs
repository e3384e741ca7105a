//! Every slide on phones of every shape: nothing is cut without a sign, and nothing on it is for
//! the presenter.

use crate::stage::Stage;
use browser::Page;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);

/// A small phone, a folded one, and one that is held sideways.
const SHAPES: [(u32, u32); 3] = [(360, 640), (280, 560), (640, 360)];

fn slides_of(phone: &Page) -> u64 {
    let slides = phone.eval("Number(document.getElementById('place').textContent.split('/')[1])");
    slides.as_u64().expect("a number of slides")
}

/// Fills in the slide as if its demo had ended in a deadlock, or as if its game ran.
const BUSY: &str = "import('/web/live.js').then(({ fill }) => {
  const slide = document.querySelector('#page .slide'), demo = slide.querySelector('[data-demo]'), game = slide.querySelector('.game');
  if (!demo) return;
  const ended = game ? { status: 'running' } : { status: 'deadlock', names: ['bot-3', 'bot-5', 'bot-3'], heart: 'stopped' };
  fill(slide, { demos: { [demo.dataset.demo]: ended }, play: 'http://10.0.0.1:7008/' }, null, 'phone');
})";

/// Finds what is wrong with a slide on a phone.
const LOOK: &str = r"(() => {
  const mistakes = [];
  const page = document.querySelector('#page');
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) mistakes.push(`${wide} px sideways`);
  const scrolls = (it) => ['auto', 'scroll'].includes(getComputedStyle(it).overflowX);
  for (const it of page.querySelectorAll('.slide *')) {
    if (!it.checkVisibility()) continue;
    const text = [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const size = parseFloat(getComputedStyle(it).fontSize);
    if (text && size < 12) mistakes.push(`${it.tagName}.${it.className} is ${size} px`);
    const inner = it.closest('pre, table, .picture, .lanes');
    const box = it.getBoundingClientRect();
    if (text && box.right > innerWidth + 1 && !(inner && scrolls(inner))) mistakes.push(`cut: ${it.textContent.trim().slice(0, 30)}`);
    if (it.matches('pre, table, .lanes') && it.scrollWidth > it.clientWidth + 1) {
      if (!scrolls(it)) mistakes.push(`${it.tagName}.${it.className} does not scroll`);
      if (!getComputedStyle(it).backgroundImage.includes('gradient')) mistakes.push(`${it.tagName}.${it.className} scrolls without a sign`);
      it.scrollLeft = 1e6;
      const last = it.querySelector('tr:last-child > :last-child');
      if (last && last.getBoundingClientRect().right > innerWidth + 1) mistakes.push('the last column is out of reach');
      it.scrollLeft = 0;
    }
    if (it.matches('.picture img') && box.width > innerWidth) mistakes.push(`a picture of ${box.width} px`);
  }
  const words = page.innerText;
  for (const it of ['press d', 'Press p', 'press r', 'd 키', 'p 키', 'r 키', 'The queues of the stage', '--audience']) if (words.includes(it)) mistakes.push(`for the presenter: ${it}`);
  const [top, bottom] = ['header', 'footer'].map((it) => document.querySelector(`body > ${it}`).getBoundingClientRect().height);
  if (innerHeight - top - bottom < 150) mistakes.push(`only ${innerHeight - top - bottom} px are left for the slide`);
  return mistakes;
})()";

#[test]
fn every_slide_can_be_read_on_a_phone_of_any_shape() {
    let Some(browser) = browser::for_test("phones of every shape") else {
        return;
    };
    let stage = Stage::open(&["--phones", "0"]);
    let mut mistakes = Vec::new();
    for (width, height) in SHAPES {
        let phone = browser.open(&format!("http://{}/", stage.phones()));
        phone.phone(width, height);
        for language in ["en", "ko"] {
            phone.wait_for("document.querySelector('#page .slide')", SOON);
            if phone.eval("document.documentElement.lang") != language {
                phone.tap("#language");
            }
            phone.wait_for(
                &format!("document.documentElement.lang === '{language}'"),
                SOON,
            );
            for slide in 1..=slides_of(&phone) {
                phone.eval(&format!("location.hash = '#/{slide}'"));
                phone.wait_for(
                    &format!("document.querySelector('#page .slide').dataset.page === '{slide}'"),
                    SOON,
                );
                phone.eval("Promise.all([...document.querySelectorAll('#page img')].map((it) => it.decode()))");
                phone.eval(BUSY);
                let name = format!("phone-{width}-{language}-{slide:02}");
                phone.screenshot(&browser::picture(&name));
                let wrong = phone.eval(LOOK);
                let wrong = wrong.as_array().into_iter().flatten();
                mistakes
                    .extend(wrong.map(|it| format!("{width} px, {language} slide {slide}: {it}")));
            }
        }
        assert_eq!(phone.errors(), Vec::<String>::new());
    }
    assert!(mistakes.is_empty(), "\n{}\n", mistakes.join("\n"));
}

/// Finds dimmed lines of code whose contrast ratio to their background is below 4.5, whatever
/// dims them: a colour, or the opacity of the line or of anything around it.
const DIMMED: &str = r"(() => {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((it) => it / 255).map((it) => (it <= 0.03928 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4))
    .reduce((sum, it, at) => sum + it * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (it) => {
    for (; it; it = it.parentElement) {
      const colour = channels(getComputedStyle(it).backgroundColor);
      if ((colour[3] ?? 1) > 0.9) return colour;
    }
    return [255, 255, 255];
  };
  const opacity = (it) => (it ? Number(getComputedStyle(it).opacity) * opacity(it.parentElement) : 1);
  const found = [];
  for (const it of document.querySelectorAll('.line, .line *')) {
    if (!it.checkVisibility() || ![...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue;
    const [back, front, part] = [behind(it), channels(getComputedStyle(it).color), opacity(it)];
    const [one, other] = [light(front.slice(0, 3).map((value, at) => value * part + back[at] * (1 - part))), light(back)].sort((a, b) => b - a);
    found.push({ off: Boolean(it.closest('.off')), ratio: (one + 0.05) / (other + 0.05), text: it.textContent.trim().slice(0, 20) });
  }
  return [found.filter((it) => it.off).length, found.filter((it) => it.ratio < 4.5).map((it) => `${it.ratio.toFixed(1)} ${it.text}`)];
})()";

/// Whether no colour changes any more.
const DRAWN: &str = "document.getAnimations().length === 0";

#[test]
fn dimmed_code_can_be_read() {
    let Some(browser) = browser::for_test("dimmed code") else {
        return;
    };
    let stage = Stage::open(&["--phones", "0"]);
    let page = browser.open(&stage.projector());
    page.screen(1920, 1080);
    page.wait_for("document.querySelector('.slide.current')", SOON);
    let slide = page
        .eval("Number(document.querySelector('#stage > .slide:has(.line[data-on])').dataset.page)");
    page.eval(&format!("location.hash = '#/{slide}'"));
    page.wait_for("document.querySelector('.current .line[data-on]')", SOON);
    page.key("ArrowRight");
    page.wait_for("document.querySelector('.current .line.off')", SOON);
    page.wait_for(DRAWN, SOON);
    page.screenshot(&browser::picture("dimmed-code"));
    let phone = browser.open(&format!("http://{}/", stage.phones()));
    phone.phone(360, 640);
    phone.wait_for("document.querySelector('#page .line.off')", SOON);
    phone.wait_for(DRAWN, SOON);
    phone.screenshot(&browser::picture("dimmed-code-phone"));
    for it in [&page, &phone] {
        let seen = it.eval(DIMMED);
        assert!(seen[0].as_u64() > Some(0), "no line is dimmed");
        assert_eq!(seen[1], serde_json::json!([]), "too faint to read");
    }
}

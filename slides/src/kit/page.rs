//! `README.html` of a kit: what an attendee types, in English and in Korean.

use super::{text::megabytes, toolchain::Toolchain};
use crate::steps;

/// What the page says about one kit.
pub(super) struct Facts<'a> {
    pub(super) commit: &'a str,
    pub(super) bytes: u64,
    pub(super) crates: usize,
    pub(super) toolchain: Option<&'a Toolchain>,
}

/// The oldest compiler that the workspace builds with.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

const STYLE: &str = "body{font:18px/1.5 system-ui,sans-serif;max-width:46em;margin:2em auto;padding:0 1em}pre{background:#eee;padding:.8em;overflow-x:auto}";

/// The page as HTML, without anything to load.
pub(super) fn html(facts: &Facts<'_>) -> String {
    let step = steps::command("01-deadlock");
    let (size, commit, crates) = (megabytes(facts.bytes), facts.commit, facts.crates);
    let missing =
        |measured: &dyn Fn(&Toolchain, &str) -> String, unknown: &str| match facts.toolchain {
            Some(it) => match it.bytes {
                Some(bytes) => measured(it, &megabytes(bytes)),
                None => unknown.to_owned(),
            },
            None => unknown.to_owned(),
        };
    let english = missing(
        &|it, size| {
            format!(
                "On the computer that made this kit, <code>rustc</code>, <code>cargo</code> and <code>rust-std</code> {} for {} take \
                 <b>{size}</b> of disk: the sum of the files that the toolchain lists in <code>lib/rustlib/manifest-*</code>. The \
                 download is compressed and smaller; <code>rustup</code> shows its size.",
                it.version, it.host
            )
        },
        "Its size was not measured: the computer that made this kit does not list the files of its toolchain.",
    );
    let korean = missing(
        &|it, size| {
            format!(
                "이 키트를 만든 컴퓨터에서 {} {}용 <code>rustc</code>, <code>cargo</code>, <code>rust-std</code>가 차지하는 디스크 용량은 \
                 <b>{size}</b>입니다. 툴체인이 <code>lib/rustlib/manifest-*</code>에 적어 둔 파일 크기의 합입니다. 내려받을 때는 압축되어 \
                 더 작으며, <code>rustup</code>이 그 크기를 보여 줍니다.",
                it.version, it.host
            )
        },
        "크기는 재지 못했습니다. 이 키트를 만든 컴퓨터의 툴체인에는 파일 목록이 없습니다.",
    );
    format!(
        r##"<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Snackbar: a kit for use without a network</title><style>{STYLE}</style>
<h1>Snackbar: a kit for use without a network</h1>
<p><a href="#ko">한국어</a></p>
<p>This folder holds the repository (commit {commit}) and the {crates} crates that it needs on every system, {size} in all. With a Rust
toolchain it builds everything without a network.</p>
<h2>Before the talk, with a network: the Rust toolchain</h2>
<p>The toolchain is not in this kit. You need Rust {OLDEST} or newer; <code>cargo --version</code> shows your version. Install it from
<code>https://rustup.rs</code>. {english}</p>
<ul>
<li>Linux: a C linker as well, in the package <code>gcc</code> or <code>build-essential</code>.</li>
<li>macOS: the command line tools as well: <code>xcode-select --install</code>.</li>
<li>Windows: the C++ build tools of Visual Studio as well; <code>rustup-init.exe</code> offers to install them.</li>
</ul>
<h2>Copy this folder to your disk, then run step 1</h2>
<p>Copy the whole folder: cargo finds the crates because <code>.cargo</code> lies beside <code>snackbar</code>.</p>
<p>Linux and macOS, in a terminal that is in this folder:</p>
<pre>cp -R . ~/snackbar-kit
cd ~/snackbar-kit/snackbar
{step}</pre>
<p>Windows, in a PowerShell that is in this folder:</p>
<pre>Copy-Item -Recurse -Force . $HOME\snackbar-kit
cd $HOME\snackbar-kit\snackbar
{step}</pre>
<p>Step 1 freezes within seconds and ends with status 2: that is what it teaches. Then:</p>
<pre>cargo run -p learn
cargo test</pre>
<p>With git you get the history, too: in <code>snackbar-kit</code>, <code>git clone snackbar.git mine</code>, then <code>cd mine</code>.</p>
<hr>
<section lang="ko">
<h1 id="ko">Snackbar: 네트워크 없이 쓰는 키트</h1>
<p>이 폴더에는 저장소(커밋 {commit})와 모든 시스템에서 필요한 크레이트 {crates}개가 들어 있으며, 모두 {size}입니다. Rust 툴체인이 있으면 네트워크 없이 전부 빌드할 수 있습니다.</p>
<h2>발표 전에, 네트워크가 있을 때: Rust 툴체인</h2>
<p>툴체인은 이 키트에 없습니다. Rust {OLDEST} 이상이 필요합니다. <code>cargo --version</code>으로 확인할 수 있습니다. <code>https://rustup.rs</code>에서 설치합니다. {korean}</p>
<ul>
<li>Linux: C 링커도 필요합니다. <code>gcc</code> 또는 <code>build-essential</code> 패키지에 있습니다.</li>
<li>macOS: 명령줄 도구도 필요합니다. <code>xcode-select --install</code></li>
<li>Windows: Visual Studio의 C++ 빌드 도구도 필요합니다. <code>rustup-init.exe</code>가 설치를 안내합니다.</li>
</ul>
<h2>이 폴더를 디스크에 복사한 뒤 1단계를 실행합니다</h2>
<p>폴더 전체를 복사합니다. <code>snackbar</code> 옆에 <code>.cargo</code>가 있어야 cargo가 크레이트를 찾습니다.</p>
<p>Linux와 macOS: 이 폴더에서 연 터미널에 입력합니다.</p>
<pre>cp -R . ~/snackbar-kit
cd ~/snackbar-kit/snackbar
{step}</pre>
<p>Windows: 이 폴더에서 연 PowerShell에 입력합니다.</p>
<pre>Copy-Item -Recurse -Force . $HOME\snackbar-kit
cd $HOME\snackbar-kit\snackbar
{step}</pre>
<p>1단계는 몇 초 안에 멈추고 종료 상태 2로 끝납니다. 그것이 이 단계에서 배우는 것입니다. 그다음에는:</p>
<pre>cargo run -p learn
cargo test</pre>
<p>git이 있으면 변경 이력도 받을 수 있습니다. <code>snackbar-kit</code>에서 <code>git clone snackbar.git mine</code>을 입력하고 <code>cd mine</code>으로 이동합니다.</p>
</section>
</html>
"##
    )
}
